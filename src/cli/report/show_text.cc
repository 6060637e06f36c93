// SPDX-License-Identifier: Apache-2.0
#include "cli/report/show_text.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <vector>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/colour.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/job_listing.h"
#include "cli/state/inventory_text.h"
#include "flink/restore_advice.h"

namespace checkpointfs::cli {
namespace {

using enum Table::Align;
using base::printable;

void print_field(std::string_view name, std::string_view value) {
  static constexpr size_t kColumn = 12;
  std::string line = base::format("{}:", name);
  line.resize(std::max(kColumn, line.size() + 1), ' ');
  std::cout << line << wrapped(value, kColumn, terminal_width(110)) << "\n";
}

void print_head(const SnapshotReport& report) {
  const index::Snapshot& snapshot = report.snapshot;
  print_field("snapshot", snapshot.path.empty() ? "." : printable(snapshot.path));
  print_field("source", base::format("{} at {}", printable(snapshot.source.path),
                                     snapshot.source_path.empty() ? "." : printable(snapshot.source_path)));
  const std::string status = coloured(to_string(snapshot.status), status_colour(snapshot.status));
  print_field("status",
              snapshot.reason.empty() ? status : base::format("{}: {}", status, printable(snapshot.reason)));
  print_field("time", base::iso_time(snapshot.metadata_mtime_ns));
  if (snapshot.version == 0) return;
  print_field("kind", base::format("{}, checkpoint id {}{}", printable(snapshot.kind), snapshot.checkpoint_id,
                                   report.is_newest ? ", the newest of its job" : ""));
  print_field(
      "metadata",
      base::format("version {}{}, {}; written by {}; the copy is read by Flink {} and later",
                   snapshot.version, report.dialect.empty() ? "" : ", laid out as by " + report.dialect,
                   base::human_bytes(snapshot.metadata_size), flink::written_by(snapshot.version),
                   flink::oldest_reader(snapshot.version)));
  print_field(
      "state",
      base::format("{} in {}, {} of it needed by no other snapshot; {} more inside the metadata",
                   base::human_bytes(snapshot.bytes), base::counted(snapshot.files, "file"),
                   base::human_bytes(report.exclusive_bytes), base::human_bytes(report.inline_bytes)));
}

void print_operators(const SnapshotReport& report) {
  Table table({{"OPERATOR", kLeft, true},
               {"NAME", kLeft, true},
               {"UID", kLeft, true},
               {"PARALLELISM", kRight},
               {"STATE", kRight},
               {"FINISHED"}});
  for (const ReportedOperator& from : report.operators) {
    const std::string finished = from.finished ? "yes"
                                 : from.finished_subtasks != 0
                                     ? base::format("{} subtasks", from.finished_subtasks)
                                     : "no";
    table.add({from.id, from.name.empty() ? "-" : printable(from.name),
               from.uid.empty() ? "-" : printable(from.uid),
               base::format("{} of {}", from.parallelism, from.max_parallelism),
               base::human_bytes(from.bytes), finished});
  }
  std::cout << "\n" << base::counted(report.operators.size(), "operator") << ":\n";
  table.print(std::cout, terminal_width(0), 2);
}

void print_states(const SnapshotReport& report) {
  if (report.states.empty()) return;
  Table table({{"OPERATOR", kLeft, true}, {"STATE", kLeft, true}, {"TYPE", kLeft, true}, {"KIND"}});
  std::string_view last;
  for (const InventoryRow& row : report.states) {
    const std::string type = type_text(row);
    table.add({row.operator_id == last ? "" : printable(row.operator_label),
               row.state.empty() ? "-" : printable(row.state), type.empty() ? "-" : printable(type),
               printable(row.kind)});
    last = row.operator_id;
  }
  std::cout << "\n" << base::counted(report.states.size(), "state") << ":\n";
  table.print(std::cout, terminal_width(0), 2);
}

Table table_of(const std::vector<const ReportedFile*>& files) {
  Table table({{"NAME", kLeft, true}, {"SIZE", kRight}, {"STATE"}, {"SNAPSHOTS", kRight}, {"STATUS"}});
  for (const ReportedFile* file : files) {
    const std::string state =
        base::format("{}{}{}{}", file->role.empty() ? "-" : file->role, file->part.empty() ? "" : ", ",
                     file->part, file->segment ? base::format(", segment at {}", file->location.start) : "");
    table.add({printable(file->name), base::human_bytes(file->location.length), state,
               base::format("{}", file->location.references), std::string(to_string(file->location.status))});
  }
  return table;
}

// Groups the files by their directory, which shows the jobs that a snapshot needs.
void print_files(const SnapshotReport& report) {
  std::vector<std::string_view> directories;
  std::map<std::string_view, std::vector<const ReportedFile*>> by_directory;
  for (const ReportedFile& file : report.files) {
    auto& files = by_directory[base::parent(file.location.uri)];
    if (files.empty()) directories.push_back(base::parent(file.location.uri));
    files.push_back(&file);
  }
  for (const std::string_view directory : directories) {
    const auto& files = by_directory[directory];
    std::cout << "\n" << base::counted(files.size(), "file") << " from " << printable(directory) << ":\n";
    table_of(files).print(std::cout, terminal_width(0), 2);
  }
  const auto is_broken = [](const ReportedFile& file) {
    return file.location.status != storage::FileStatus::kOk;
  };
  if (std::ranges::any_of(report.files, is_broken)) std::cout << "\nbroken:\n";
  for (const ReportedFile& file : report.files) {
    if (is_broken(file))
      std::cout << "  " << printable(file.name) << ": " << printable(file.location.reason) << "\n";
  }
}

void print_absolute(const SnapshotReport& report, const std::string& prefix) {
  std::cout << "\nwith -o absolute=" << printable(prefix) << " the metadata names:\n";
  for (const ReportedFile& file : report.files) {
    std::cout << "  "
              << printable(base::format("{}/{}", absolute_directory(prefix, report.snapshot), file.name))
              << "\n";
  }
}

void print_modes(const index::Snapshot& snapshot) {
  Table table({{"COPIED"}, {"RESTORED WITH"}, {"RIGHT"}, {"NOTE", kLeft, true}});
  const auto add = [&](const char* form, const std::vector<flink::RestoreMode>& modes) {
    for (const flink::RestoreMode& mode : modes) {
      table.add({form, std::string(mode.mode), std::string(flink::to_string(mode.verdict)),
                 std::string(mode.note)});
      form = "";
    }
  };
  const auto of = [&](flink::FormKind kind) {
    return flink::restore_modes(kind, snapshot.version, snapshot.has_changelog);
  };
  add("a snapshot", of(flink::FormKind::kOwned));
  add("with -o keep-shared", of(flink::FormKind::kShared));
  add("with -o absolute=URI", of(flink::FormKind::kAbsolute));
  add("a job of .checkpointfs/jobs", flink::job_restore_modes(snapshot.version, snapshot.has_changelog));
  std::cout << "\nrestoring from a copy:\n";
  const size_t width = terminal_width(110);
  table.print(std::cout, terminal_width(0), 2);
  if (snapshot.has_changelog) {
    std::cout << "  " << wrapped(flink::changelog_advice(snapshot.version), 2, width) << "\n";
  }
  if (snapshot.version == 2) std::cout << "  " << wrapped(flink::kOldFlinkAdvice, 2, width) << "\n";
}

}  // namespace

void print_report(const SnapshotReport& report, const std::optional<std::string>& absolute) {
  print_head(report);
  if (!report.unreadable.empty()) {
    print_field("unreadable", printable(report.unreadable));
  } else {
    print_operators(report);
    print_states(report);
  }
  if (!report.files.empty()) print_files(report);
  if (absolute) print_absolute(report, *absolute);
  if (report.snapshot.version != 0) print_modes(report.snapshot);
}

}  // namespace checkpointfs::cli
