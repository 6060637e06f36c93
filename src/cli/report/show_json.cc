// SPDX-License-Identifier: Apache-2.0
#include "cli/report/show_json.h"

#include <iostream>

#include "base/text/message.h"
#include "cli/output/json.h"
#include "cli/query/index_json.h"
#include "flink/restore_advice.h"

namespace checkpointfs::cli {
namespace {

JsonArray operators_json(const SnapshotReport& report) {
  JsonArray out;
  for (const ReportedOperator& from : report.operators) {
    out.push_back(JsonObject{{"id", from.id},
                             {"name", from.name},
                             {"uid", from.uid},
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

JsonArray files_json(const SnapshotReport& report, const std::optional<std::string>& absolute) {
  JsonArray out;
  for (const ReportedFile& from : report.files) {
    const index::FileLocation& location = from.location;
    JsonObject file = {{"name", from.name},
                       {"size", location.length},
                       {"status", to_string(location.status)},
                       {"reason", location.reason},
                       {"references", location.references},
                       {"uri", location.uri},
                       {"root", location.root.path},
                       {"path", location.path},
                       {"start", location.start}};
    if (from.handles != 0) {
      file.add("role", from.role);
      file.add("part", from.part);
      file.add("handles", from.handles);
      file.add("operator", from.operator_index);
      file.add("subtask", from.subtask);
      file.add("recorded_size", from.recorded_size < 0 ? JsonValue(nullptr) : JsonValue(from.recorded_size));
      file.add("segment", from.segment);
    }
    if (absolute) {
      file.add("absolute_uri",
               base::format("{}/{}", absolute_directory(*absolute, report.snapshot), from.name));
    }
    out.push_back(std::move(file));
  }
  return out;
}

JsonObject restore_json(const SnapshotReport& report) {
  JsonObject out;
  const auto add = [&](const char* form, const std::vector<flink::RestoreMode>& right) {
    JsonArray modes;
    for (const flink::RestoreMode& mode : right) {
      modes.push_back(
          JsonObject{{"mode", mode.mode}, {"right", flink::to_string(mode.verdict)}, {"note", mode.note}});
    }
    out.add(form, std::move(modes));
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

void print_report_json(const SnapshotReport& report, const std::vector<ScannedSource>& looked,
                       const std::optional<std::string>& absolute) {
  JsonObject out = snapshot_json(report.snapshot, report.exclusive_bytes);
  out.add("looked_at", scanned_sources_json(looked));
  out.add("newest", report.is_newest);
  out.add("unreadable", report.unreadable);
  if (report.snapshot.version != 0) {
    out.add("dialect", report.dialect);
    out.add("written_by", flink::written_by(report.snapshot.version));
    out.add("oldest_reader", flink::oldest_reader(report.snapshot.version));
    out.add("master_states", report.master_states);
    out.add("inline_handles", report.byte_handles);
    out.add("inline_bytes", report.inline_bytes);
    out.add("restore", restore_json(report));
  }
  out.add("operators", operators_json(report));
  JsonArray states;
  for (const InventoryRow& row : report.states) states.push_back(inventory_json(row));
  out.add("states", states);
  out.add("files", files_json(report, absolute));
  print_json(std::cout, out);
}

}  // namespace checkpointfs::cli
