// SPDX-License-Identifier: Apache-2.0
#include "cli/report/storage_report.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "index/read/newest.h"

namespace checkpointfs::cli {
namespace {

// Sorts all jobs of the chain by the age of their first snapshot. Jobs without a snapshot here are gone, and
// come first.
std::vector<std::string> in_order_of_age(const Report& report) {
  using Age =
      std::tuple<int64_t, int64_t>;  // seconds, and then the checkpoint id, because copies may have one time
  std::map<std::string, Age, NaturalLess> ages;
  for (const auto& [job, owners] : report.dependencies.of_jobs) {
    for (const auto& [owner, dependency] : owners) ages.try_emplace(owner, 0, 0);
  }
  for (const auto& [job, snapshots] : report.dependencies.snapshots) ages[job] = {INT64_MAX, 0};
  for (const index::Snapshot& snapshot : report.snapshots) {
    Age& age = ages.at(job_of(snapshot));
    age = std::min(age, Age(snapshot.metadata_mtime_ns / 1'000'000'000, snapshot.checkpoint_id));
  }
  std::vector<std::string> jobs;
  for (const auto& [job, age] : ages) jobs.push_back(job);
  std::ranges::stable_sort(jobs, {}, [&](const std::string& job) { return ages.at(job); });
  return jobs;
}

}  // namespace

Report read_report(index::Reader& reader, const QueryTarget& target) {
  Report report;
  for (const storage::Root& root : reader.roots()) {
    if (root.is_source) report.sources.push_back(root.path);
  }
  report.snapshots = snapshots_of(reader, target);
  report.usages = usages(reader, report.snapshots);
  report.dependencies = read_job_dependencies(reader, target);
  report.jobs = in_order_of_age(report);
  for (const index::JobRuns& job : index::runs_of_jobs(reader, report.snapshots)) {
    if (!job.newest) continue;
    const index::Snapshot& newest = report.snapshots[*job.newest];
    for (index::OperatorUse& use : reader.snapshots().operators(newest.id)) {
      report.operators.push_back({newest.path, std::move(use)});
    }
  }
  std::ranges::stable_sort(report.operators, std::greater<>(),
                           [](const OperatorState& of) { return of.use.bytes; });
  return report;
}

}  // namespace checkpointfs::cli
