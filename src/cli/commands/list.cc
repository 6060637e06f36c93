// SPDX-License-Identifier: Apache-2.0
// checkpointfs list.
#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/index_json.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"
#include "flink/restore_advice.h"
#include "index/read/newest.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

struct Row {
  index::Snapshot snapshot;
  SpaceUsage usage;
};

struct Rows {
  std::vector<Row> rows;
  SpaceUsage all;
};

void add_list_options(OptionGroup& group) {
  add_index_options(group);
  add_json_option(group);
}

Rows read_rows(index::Reader& reader, const QueryTarget& target) {
  Rows result;
  std::vector<index::Snapshot> snapshots = snapshots_of(reader, target);
  const SpaceUsages of = usages(reader, snapshots);
  result.all = of.all;
  for (index::Snapshot& snapshot : snapshots) {
    const SpaceUsage& usage = of.snapshots.at(snapshot.id);
    result.rows.push_back({std::move(snapshot), usage});
  }
  return result;
}

// Adds up the snapshots that are listed.
index::Totals totals_of(const Rows& listed) {
  index::Totals totals;
  for (const Row& row : listed.rows) {
    ++totals.snapshots;
    if (!index::is_sound(row.snapshot.status)) ++totals.broken_snapshots;
    totals.projected_bytes += row.snapshot.bytes;
  }
  totals.files = listed.all.files;
  totals.bytes = listed.all.total;
  return totals;
}

Table make_table(const std::vector<Row>& rows) {
  using enum Table::Align;
  Table table({{"SNAPSHOT", kLeft, true},
               {"KIND"},
               {"ID", kRight},
               {"FORMAT", kRight},
               {"FILES", kRight},
               {"SIZE", kRight},
               {"EXCLUSIVE", kRight},
               {"STATUS"}});
  for (const auto& [snapshot, usage] : rows) {
    const bool decoded = snapshot.version != 0;
    const auto number = [&](auto value) { return decoded ? base::format("{}", value) : "-"; };
    table.add(
        {path_text(snapshot.path), decoded ? base::printable(snapshot.kind) : "-",
         number(snapshot.checkpoint_id), number(snapshot.version), number(snapshot.files),
         decoded ? base::human_bytes(snapshot.bytes + usage.inline_bytes) : "-",
         decoded ? base::human_bytes(usage.own()) : "-",
         base::format("{}{}", to_string(snapshot.status), snapshot.has_changelog ? ", changelog" : "")});
  }
  return table;
}

// True if one of the rows is a snapshot of the job.
bool is_listed(const index::JobRuns& job, const std::vector<Row>& rows) {
  return std::ranges::any_of(rows, [&](const Row& row) { return job_of(row.snapshot) == job.job; });
}

void print_text(const Rows& listed, const index::Newest& newest) {
  const std::vector<Row>& rows = listed.rows;
  if (rows.empty()) {  // a mount whose storage is still empty
    std::cout << "no snapshots: no directory here holds a _metadata\n";
    return;
  }
  const size_t width = terminal_width(0);
  make_table(rows).print(std::cout, width);
  std::cout << "\n";
  std::set<std::string_view> advice;
  for (const Row& row : rows) {
    if (row.snapshot.has_changelog) advice.insert(flink::changelog_advice(row.snapshot.version));
    if (row.snapshot.version == 2) advice.insert(flink::kOldFlinkAdvice);
    if (row.snapshot.status == index::SnapshotStatus::kOk) continue;
    std::cout << path_text(row.snapshot.path) << ": " << to_string(row.snapshot.status) << ": "
              << base::printable(row.snapshot.reason) << "\n";
  }
  for (size_t i = 0; i < newest.unclear.size(); ++i) {
    if (is_listed(newest.unclear[i], rows))
      std::cout << "note: " << wrapped(newest.texts[i], 6, width == 0 ? 110 : width) << "\n";
  }
  for (const std::string_view sentence : advice) {
    std::cout << "note: " << wrapped(sentence, 6, width == 0 ? 110 : width) << "\n";
  }
  std::cout << "in all " << base::counted(rows.size(), "snapshot") << ", "
            << base::counted(listed.all.files, "file") << ", " << base::human_bytes(listed.all.all()) << "\n";
}

JsonArray runs_json(const std::vector<Row>& rows, const index::Newest& newest) {
  JsonArray jobs;
  for (const index::JobRuns& job : newest.unclear) {
    if (!is_listed(job, rows)) continue;
    JsonArray runs;
    for (const storage::Run& run : job.runs) {
      JsonArray paths;
      for (const size_t i : run) paths.push_back(newest.snapshots[i].path);
      runs.push_back(std::move(paths));
    }
    jobs.push_back(
        JsonObject{{"job", job.job}, {"times_disagree", job.times_disagree}, {"runs", std::move(runs)}});
  }
  return jobs;
}

void print_result_json(const Rows& listed, const std::string& index_file, index::Reader& reader,
                       const index::Newest& newest) {
  JsonArray snapshots;
  for (const Row& row : listed.rows) {
    JsonObject snapshot = snapshot_json(row.snapshot, row.usage.exclusive);
    snapshot.add("newest", newest.ids.contains(row.snapshot.id));
    snapshot.add("inline_bytes", row.usage.inline_bytes);
    snapshots.push_back(std::move(snapshot));
  }
  JsonObject totals = totals_json(totals_of(listed));
  totals.add("inline_bytes", listed.all.inline_bytes);
  print_json(std::cout, JsonObject{{"index", index_file},
                                   {"sources", sources_json(reader.roots())},
                                   {"mappings", mappings_json(reader.mappings())},
                                   {"totals", std::move(totals)},
                                   {"unclear_runs", runs_json(listed.rows, newest)},
                                   {"snapshots", std::move(snapshots)}});
}

ExitCode run_list(const Invocation& invocation) {
  const QueryTarget target = open_query_target(invocation, "list");
  if (!target.passed_over.empty()) print_error(target.passed_over);
  index::Reader reader(target.found.options.index_file);
  const Rows listed = read_rows(reader, target);
  require_snapshots(target, listed.rows.size());
  const index::Newest newest = index::read_newest(reader);
  if (invocation.has("json")) {
    print_result_json(listed, target.found.options.index_file, reader, newest);
  } else {
    print_text(listed, newest);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kList = {"list", kTargetUsage, "list the snapshots of checkpoint storage", &add_list_options,
                       &run_list};

}  // namespace checkpointfs::cli
