// SPDX-License-Identifier: Apache-2.0
// checkpointfs du.
#include <iostream>
#include <optional>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"

namespace checkpointfs::cli {
namespace {

void add_du_options(OptionGroup& group) {
  add_index_options(group);
  add_json_option(group);
}

void add_row(Table* table, const std::string& name, const SpaceUsage& usage) {
  table->add({name, base::format("{}", usage.files), base::human_bytes(usage.all()),
              base::human_bytes(usage.own()), base::human_bytes(usage.shared),
              base::human_bytes(usage.other_jobs)});
}

void print_text(const std::vector<index::Snapshot>& snapshots, const SpaceUsages& usages,
                std::optional<uint64_t> wasted) {
  using enum Table::Align;
  if (snapshots.empty()) {
    std::cout << "no snapshots: no directory here holds a _metadata\n";
    return;
  }
  Table table({{"JOB, SNAPSHOT", kLeft, true},
               {"FILES", kRight},
               {"TOTAL", kRight},
               {"EXCLUSIVE", kRight},
               {"SHARED", kRight},
               {"OTHER JOBS", kRight}});
  std::string job;
  for (const index::Snapshot& snapshot : snapshots) {
    if (&snapshot == &snapshots.front() || job_of(snapshot) != job) {
      job = job_of(snapshot);
      add_row(&table, path_text(job), usages.jobs.at(job));
    }
    const std::string name = snapshot.path.substr(job.empty() ? 0 : job.size() + 1);
    add_row(&table, "  " + path_text(name), usages.snapshots.at(snapshot.id));
  }
  table.print(std::cout, terminal_width(0));
  std::cout << "\nin all " << base::counted(usages.all.files, "file") << ", "
            << base::human_bytes(usages.all.all()) << "\n";
  if (wasted.value_or(0) > 0)
    std::cout << "unreferenced parts of merged files: " << base::human_bytes(*wasted) << "\n";
}

JsonObject usage_json(const SpaceUsage& usage) {
  return {{"files", usage.files},   {"total", usage.total},           {"exclusive", usage.exclusive},
          {"shared", usage.shared}, {"other_jobs", usage.other_jobs}, {"inline_bytes", usage.inline_bytes}};
}

void print_result_json(const std::vector<index::Snapshot>& snapshots, const SpaceUsages& usages,
                       std::optional<uint64_t> wasted) {
  JsonArray jobs;
  JsonArray list;
  std::string job;
  for (const index::Snapshot& snapshot : snapshots) {
    if (&snapshot == &snapshots.front() || job_of(snapshot) != job) {
      job = job_of(snapshot);
      JsonObject row = usage_json(usages.jobs.at(job));
      row.add("job", job);
      jobs.push_back(std::move(row));
    }
    JsonObject row = usage_json(usages.snapshots.at(snapshot.id));
    row.add("snapshot", snapshot.path);
    row.add("job", job);
    list.push_back(std::move(row));
  }
  print_json(std::cout, JsonObject{{"files", usages.all.files},
                                   {"total", usages.all.total},
                                   {"inline_bytes", usages.all.inline_bytes},
                                   {"wasted", wasted},
                                   {"jobs", std::move(jobs)},
                                   {"snapshots", std::move(list)}});
}

ExitCode run_du(const Invocation& invocation) {
  const QueryTarget target = open_query_target(invocation, "du");
  print_remark(target.remarks);
  index::Reader reader(target.found.options.index_file);
  const std::vector<index::Snapshot> snapshots = snapshots_of(reader, target);
  require_snapshots(target, snapshots.size());
  const SpaceUsages all = usages(reader, snapshots);
  // The index has this sum for the whole storage only.
  std::optional<uint64_t> wasted;
  if (target.below.empty()) wasted = reader.references().wasted_bytes();
  if (invocation.has("json")) {
    print_result_json(snapshots, all, wasted);
  } else {
    print_text(snapshots, all, wasted);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kDu = {"du",
                     kTargetUsage,
                     "show how much space each job and snapshot needs, alone or shared",
                     &add_du_options,
                     &run_du,
                     "$ checkpointfs du /data/flink/checkpoints\n"
                     "$ checkpointfs du /mnt/checkpoints/5ab4\n"};

}  // namespace checkpointfs::cli
