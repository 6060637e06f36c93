// SPDX-License-Identifier: Apache-2.0
// checkpointfs list.
#include <algorithm>
#include <functional>
#include <iostream>
#include <set>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/index_json.h"
#include "cli/query/job_filter.h"
#include "cli/query/job_listing.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"
#include "cli/removals/recovery_marks.h"
#include "cli/removals/removal_command.h"
#include "flink/restore_advice.h"
#include "index/read/newest.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

void add_list_options(OptionGroup& group) {
  add_index_options(group);
  add_job_option(group);
  add_repeated(group, "status", "STATUS", "list only snapshots of this status; may be repeated");
  add_ha_option(group);
  add_flag(group, "newest", "list only the newest usable snapshot of each job");
  add_value(group, "sort", "ORDER", "time (default), size, own or name");
  add_flag(group, "long,l", "whole paths, kind, number, format, number of files and time");
  add_json_option(group);
}

ListFilter filter_of(const Invocation& invocation) {
  ListFilter filter;
  filter.statuses = invocation.texts("status");
  filter.newest_only = invocation.has("newest");
  std::vector<std::string_view> all;
  for (size_t i = 0; i < index::kSnapshotStatuses; ++i)
    all.push_back(to_string(static_cast<index::SnapshotStatus>(i)));
  for (const std::string& status : filter.statuses) {
    if (std::ranges::find(all, status) != all.end()) continue;
    std::string list;
    for (const std::string_view one : all) list += base::format("{}{}", list.empty() ? "" : ", ", one);
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("--status {}: give one of {}", base::printable(status), list));
  }
  return filter;
}

void for_each(const JobListing& rows, const std::function<void(const ListedSnapshot&)>& use) {
  for (const ListedJob& job : rows.jobs) std::ranges::for_each(job.snapshots, use);
}

JobListing read_rows(index::Reader& reader, const QueryTarget& target, const index::Newest& newest,
                     const Invocation& invocation) {
  ListFilter filter = filter_of(invocation);
  const ListOrder order =
      invocation.has("sort") ? parse_list_order(invocation.text("sort")) : ListOrder::kTime;
  std::vector<index::Snapshot> snapshots = snapshots_of(reader, target);
  require_snapshots(target, snapshots.size());
  filter.jobs = chosen_jobs(invocation, jobs_of(snapshots));
  return list_jobs(reader, std::move(snapshots), newest, filter, order);
}

// Adds up the snapshots that are listed.
index::Totals totals_of(const JobListing& listed) {
  index::Totals totals;
  for_each(listed, [&](const ListedSnapshot& row) {
    ++totals.snapshots;
    if (!index::is_sound(row.snapshot.status)) ++totals.broken_snapshots;
    totals.projected_bytes += row.snapshot.bytes;
  });
  totals.files = listed.all.files;
  totals.bytes = listed.all.total;
  return totals;
}

Table::Cell status_cell(const ListedSnapshot& row, const RecoveryMarks& marks) {
  return {base::format("{}{}{}{}", to_string(row.snapshot.status),
                       row.snapshot.has_changelog ? ", changelog" : "", row.newest ? ", newest" : "",
                       marks.files.contains(row.snapshot.id) ? ", HA" : ""),
          status_colour(row.snapshot.status)};
}

bool is_decoded(const index::Snapshot& snapshot) {
  return snapshot.version != 0;
}

std::string size_text(const ListedSnapshot& row) {
  return is_decoded(row.snapshot) ? base::human_bytes(row.snapshot.bytes + row.usage.inline_bytes) : "-";
}

std::string own_text(const ListedSnapshot& row) {
  return is_decoded(row.snapshot) ? base::human_bytes(row.usage.own()) : "-";
}

// A line for each job, and below it one for each of its snapshots.
Table short_table(const JobListing& rows, const RecoveryMarks& marks) {
  using enum Table::Align;
  Table table(
      {{"JOB, SNAPSHOT", kLeft, true}, {"AGE", kRight}, {"SIZE", kRight}, {"OWN", kRight}, {"STATUS"}});
  const int64_t now = now_ns();
  for (const ListedJob& job : rows.jobs) {
    table.add({Table::Cell(job.name, Colour::kBold), age_text(job.last_time_ns(), now),
               base::human_bytes(job.usage.all()), base::human_bytes(job.usage.own()),
               base::counted(job.snapshots.size(), "snapshot")});
    for (const ListedSnapshot& row : job.snapshots) {
      table.add({base::format("  {}", path_text(base::last_component(row.snapshot.path))),
                 age_text(row.snapshot.metadata_mtime_ns, now), size_text(row), own_text(row),
                 status_cell(row, marks)});
    }
  }
  return table;
}

Table long_table(const JobListing& rows, const RecoveryMarks& marks) {
  using enum Table::Align;
  Table table({{"SNAPSHOT", kLeft, true},
               {"KIND"},
               {"ID", kRight},
               {"FORMAT", kRight},
               {"TIME"},
               {"FILES", kRight},
               {"SIZE", kRight},
               {"OWN", kRight},
               {"STATUS"}});
  for_each(rows, [&](const ListedSnapshot& row) {
    const index::Snapshot& snapshot = row.snapshot;
    const bool decoded = is_decoded(snapshot);
    const auto number = [&](auto value) { return decoded ? base::format("{}", value) : "-"; };
    table.add({path_text(snapshot.path), decoded ? base::printable(snapshot.kind) : "-",
               number(snapshot.checkpoint_id), number(snapshot.version),
               base::iso_time(snapshot.metadata_mtime_ns), number(snapshot.files), size_text(row),
               own_text(row), status_cell(row, marks)});
  });
  return table;
}

bool is_listed(const index::JobRuns& job, const JobListing& rows) {
  return std::ranges::find(rows.jobs, job.job, &ListedJob::job) != rows.jobs.end();
}

void print_text(const JobListing& rows, const index::Newest& newest, const RecoveryMarks& marks, bool whole) {
  if (rows.count == 0) {  // a mount whose storage is still empty, or a filter
    std::cout << "no snapshots\n";
    return;
  }
  const size_t width = terminal_width(0);
  (whole ? long_table(rows, marks) : short_table(rows, marks)).print(std::cout, width);
  std::cout << "\n";
  std::set<std::string_view> advice;
  for_each(rows, [&](const ListedSnapshot& row) {
    if (row.snapshot.has_changelog) advice.insert(flink::changelog_advice(row.snapshot.version));
    if (row.snapshot.version == 2) advice.insert(flink::kOldFlinkAdvice);
    if (row.snapshot.status == index::SnapshotStatus::kOk) return;
    std::cout << path_text(row.snapshot.path) << ": "
              << coloured(to_string(row.snapshot.status), status_colour(row.snapshot.status)) << ": "
              << base::printable(row.snapshot.reason) << "\n";
  });
  for (size_t i = 0; i < newest.unclear.size() && remarks() == Remarks::kPrinted; ++i) {
    if (is_listed(newest.unclear[i], rows))
      std::cout << "note: " << wrapped(newest.texts[i], 6, width == 0 ? 110 : width) << "\n";
  }
  for (const removal::RecoveryPointer& pointer : marks.elsewhere)
    std::cout << "note: " << wrapped(elsewhere_text(pointer), 6, width == 0 ? 110 : width) << "\n";
  if (remarks() == Remarks::kSilenced) advice.clear();
  for (const std::string_view sentence : advice) {
    std::cout << "note: " << wrapped(sentence, 6, width == 0 ? 110 : width) << "\n";
  }
  std::cout << "in all " << base::counted(rows.count, "snapshot") << " of "
            << base::counted(rows.jobs.size(), "job") << ", " << base::counted(rows.all.files, "file") << ", "
            << base::human_bytes(rows.all.all()) << "\n";
}

JsonArray runs_json(const JobListing& rows, const index::Newest& newest) {
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

JsonArray array_of(const std::vector<std::string>& texts) {
  JsonArray array;
  for (const std::string& text : texts) array.push_back(text);
  return array;
}

JsonArray elsewhere_json(const RecoveryMarks& marks) {
  JsonArray pointers;
  for (const removal::RecoveryPointer& pointer : marks.elsewhere)
    pointers.push_back(JsonObject{{"file", pointer.file}, {"uri", JsonValue::text_or_null(pointer.uri)}});
  return pointers;
}

void print_result_json(const JobListing& listed, const std::string& index_file, index::Reader& reader,
                       const index::Newest& newest, const RecoveryMarks& marks) {
  JsonArray snapshots;
  for (const ListedJob& job : listed.jobs) {
    for (const ListedSnapshot& row : job.snapshots) {
      JsonObject snapshot = snapshot_json(row.snapshot, row.usage.exclusive);
      snapshot.add("newest", row.newest);
      snapshot.add("inline_bytes", row.usage.inline_bytes);
      snapshot.add("job", job.job);
      snapshot.add("job_label", job.label);
      const auto found = marks.files.find(row.snapshot.id);
      if (marks.are_known)
        snapshot.add("ha_files", found == marks.files.end() ? JsonArray() : array_of(found->second));
      snapshots.push_back(std::move(snapshot));
    }
  }
  JsonObject totals = totals_json(totals_of(listed));
  totals.add("inline_bytes", listed.all.inline_bytes);
  JsonObject result{{"index", index_file},
                    {"sources", sources_json(reader.roots())},
                    {"mappings", mappings_json(reader.mappings())},
                    {"totals", std::move(totals)},
                    {"unclear_runs", runs_json(listed, newest)},
                    {"snapshots", std::move(snapshots)}};
  if (marks.are_known) result.add("ha_elsewhere", elsewhere_json(marks));
  print_json(std::cout, result);
}

ExitCode run_list(const Invocation& invocation) {
  const QueryTarget target = open_query_target(invocation, "list");
  print_remark(target.remarks);
  index::Reader reader(target.found.options.index_file);
  const index::Newest newest = index::read_newest(reader);
  const JobListing listed = read_rows(reader, target, newest, invocation);
  const RecoveryMarks marks = recovery_marks(reader, ha_directories(invocation));
  if (invocation.has("json")) {
    print_result_json(listed, target.found.options.index_file, reader, newest, marks);
  } else {
    print_text(listed, newest, marks, invocation.has("long"));
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kList = {"list",
                       kTargetUsage,
                       "list the snapshots of checkpoint storage",
                       &add_list_options,
                       &run_list,
                       "$ checkpointfs list /data/flink/checkpoints\n"
                       "$ checkpointfs list --job orders --newest /mnt/checkpoints\n"};

}  // namespace checkpointfs::cli
