// SPDX-License-Identifier: Apache-2.0
// A snapshot's report as JSON.
#include <iostream>

#include "base/text/message.h"
#include "cli/output/json.h"
#include "cli/report/snapshot_report.h"
#include "flink/restore_advice.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

json::array operators_json(const SnapshotReport& report) {
  json::array out;
  for (const ReportedOperator& from : report.operators) {
    out.push_back(json::object{{"id", json_text(from.id)},
                               {"name", json_text(from.name)},
                               {"uid", json_text(from.uid)},
                               {"parallelism", from.parallelism},
                               {"max_parallelism", from.max_parallelism},
                               {"subtasks", from.subtasks},
                               {"finished_subtasks", from.finished_subtasks},
                               {"finished", from.finished},
                               {"inline_bytes", from.inline_bytes},
                               {"bytes", from.bytes}});
  }
  return out;
}

json::array files_json(const SnapshotReport& report, const std::optional<std::string>& absolute) {
  json::array out;
  for (const ReportedFile& from : report.files) {
    const index::FileLocation& location = from.location;
    json::object file = {{"name", json_text(from.name)},
                         {"size", location.length},
                         {"status", json_text(to_string(location.status))},
                         {"reason", json_text(location.reason)},
                         {"references", location.references},
                         {"uri", json_text(location.uri)},
                         {"root", json_text(location.root.path)},
                         {"path", json_text(location.path)},
                         {"start", location.start}};
    if (from.handles != 0) {
      file["role"] = json_text(from.role);
      file["part"] = json_text(from.part);
      file["handles"] = from.handles;
      file["operator"] = from.operator_index;
      file["subtask"] = from.subtask;
      file["recorded_size"] = from.recorded_size < 0 ? json::value(nullptr) : json::value(from.recorded_size);
      file["segment"] = from.segment;
    }
    if (absolute) {
      file["absolute_uri"] =
          json_text(base::format("{}/{}", absolute_directory(*absolute, report.snapshot), from.name));
    }
    out.push_back(std::move(file));
  }
  return out;
}

json::object restore_json(const SnapshotReport& report) {
  json::object out;
  const auto add = [&](const char* form, const std::vector<flink::RestoreMode>& right) {
    json::array modes;
    for (const flink::RestoreMode& mode : right) {
      modes.push_back(json::object{{"mode", json_text(mode.mode)},
                                   {"right", json_text(flink::to_string(mode.verdict))},
                                   {"note", json_text(mode.note)}});
    }
    out[form] = std::move(modes);
  };
  const auto of = [&](flink::FormKind kind) {
    return flink::restore_modes(kind, report.snapshot.version, report.snapshot.has_changelog);
  };
  add("relative", of(flink::FormKind::kOwned));
  add("keep_shared", of(flink::FormKind::kShared));
  add("absolute", of(flink::FormKind::kAbsolute));
  add("job", flink::job_restore_modes(report.snapshot.version, report.snapshot.has_changelog));
  return out;
}

}  // namespace

void print_report_json(const SnapshotReport& report, const std::vector<LookedAt>& looked,
                       const std::optional<std::string>& absolute) {
  json::object out = snapshot_json(report.snapshot, report.exclusive_bytes);
  out["looked_at"] = looked_at_json(looked);
  out["newest"] = report.is_newest;
  out["unreadable"] = json_text(report.unreadable);
  if (report.snapshot.version != 0) {
    out["dialect"] = json_text(report.dialect);
    out["written_by"] = json_text(flink::written_by(report.snapshot.version));
    out["oldest_reader"] = json_text(flink::oldest_reader(report.snapshot.version));
    out["master_states"] = report.master_states;
    out["inline_handles"] = report.byte_handles;
    out["inline_bytes"] = report.inline_bytes;
    out["restore"] = restore_json(report);
  }
  out["operators"] = operators_json(report);
  out["files"] = files_json(report, absolute);
  print_json(std::cout, out);
}

}  // namespace checkpointfs::cli
