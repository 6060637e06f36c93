// SPDX-License-Identifier: Apache-2.0
// checkpointfs jobs.
#include <iostream>
#include <vector>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/index_json.h"
#include "cli/query/job_listing.h"
#include "cli/query/query_target.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

void add_jobs_options(OptionGroup& group) {
  add_index_options(group);
  add_value(group, "sort", "ORDER", "time (default), size, own or name");
  add_json_option(group);
}

std::string_view name_of_newest(const ListedJob& job) {
  return job.newest() == nullptr ? "none" : base::last_component(job.newest()->snapshot.path);
}

// Names the broken ones only if there are any: the jobs' own names need the room.
Table::Cell count_cell(const ListedJob& job) {
  if (job.broken() == 0) return base::format("{}", job.snapshots.size());
  return {base::format("{}, {} broken", job.snapshots.size(), job.broken()), Colour::kRed};
}

void print_jobs(const std::vector<ListedJob>& jobs) {
  using enum Table::Align;
  if (jobs.empty()) {
    std::cout << "no jobs: no directory here holds a snapshot\n";
    return;
  }
  Table table({{"JOB", kLeft, true},
               {"NEWEST USABLE", kLeft, true},
               {"AGE", kRight},
               {"SIZE", kRight},
               {"OWN", kRight},
               {"SNAPSHOTS"}});
  const int64_t now = now_ns();
  for (const ListedJob& job : jobs) {
    const ListedSnapshot* const newest = job.newest();
    table.add({job.name, path_text(name_of_newest(job)),
               newest == nullptr ? "" : age_text(newest->snapshot.metadata_mtime_ns, now),
               base::human_bytes(job.usage.all()), base::human_bytes(job.usage.own()), count_cell(job)});
  }
  table.print(std::cout, terminal_width(0));
}

void print_jobs_json(const std::vector<ListedJob>& jobs, const std::string& index_file,
                     index::Reader& reader) {
  JsonArray out;
  for (const ListedJob& job : jobs) {
    JsonObject row{{"job", job.job},
                   {"label", job.label},
                   {"snapshots", job.snapshots.size()},
                   {"broken_snapshots", job.broken()},
                   {"bytes", job.usage.all()},
                   {"own_bytes", job.usage.own()}};
    if (const ListedSnapshot* const newest = job.newest()) {
      row.add("newest_usable", newest->snapshot.path);
      row.add("newest_usable_time", base::iso_time(newest->snapshot.metadata_mtime_ns));
    }
    out.push_back(std::move(row));
  }
  print_json(
      std::cout,
      JsonObject{{"index", index_file}, {"sources", sources_json(reader.roots())}, {"jobs", std::move(out)}});
}

ExitCode run_jobs(const Invocation& invocation) {
  const ListOrder order =
      invocation.has("sort") ? parse_list_order(invocation.text("sort")) : ListOrder::kTime;
  const QueryTarget target = open_query_target(invocation, "jobs");
  print_remark(target.remarks);
  index::Reader reader(target.found.options.index_file);
  std::vector<index::Snapshot> snapshots = snapshots_of(reader, target);
  require_snapshots(target, snapshots.size());
  const std::vector<ListedJob> jobs =
      list_jobs(reader, std::move(snapshots), index::read_newest(reader), {}, order).jobs;
  if (invocation.has("json")) {
    print_jobs_json(jobs, target.found.options.index_file, reader);
  } else {
    print_jobs(jobs);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kJobs = {"jobs",
                       kTargetUsage,
                       "list the jobs of checkpoint storage, one line each",
                       &add_jobs_options,
                       &run_jobs,
                       "$ checkpointfs jobs /data/flink/checkpoints\n"
                       "$ checkpointfs jobs --sort size /mnt/checkpoints\n"};

}  // namespace checkpointfs::cli
