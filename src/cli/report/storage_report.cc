// SPDX-License-Identifier: Apache-2.0
#include "cli/report/storage_report.h"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/query/responsive_sources.h"
#include "index/read/newest.h"
#include "labels/job_labels.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kMostStates = 50;
constexpr std::chrono::seconds kStateTime{20};

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name = {};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? base::printable(name.data()) : "unknown";
}

// All jobs of the index, and those whose files they need, by the age of their first snapshot. Jobs without a
// snapshot here come first.
std::vector<GraphJob> in_order_of_age(index::Reader& reader, const std::vector<Need>& needs) {
  using Age =
      std::tuple<int64_t, int64_t>;  // seconds, and the checkpoint id, because copies may have one time
  std::map<std::string, Age, NaturalLess> ages;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const Age age(snapshot.metadata_mtime_ns / 1'000'000'000, snapshot.checkpoint_id);
    Age& first = ages.try_emplace(job_of(snapshot), age).first->second;
    first = std::min(first, age);
  });
  std::set<std::string> gone;
  for (const Need& need : needs) {
    if (ages.try_emplace(need.owner, 0, 0).second) gone.insert(need.owner);
  }
  std::vector<std::string> paths;
  for (const auto& [job, age] : ages) paths.push_back(job);
  const std::map<std::string, std::string> names = names_of_jobs(paths, labels::JobLabels::read());
  std::vector<GraphJob> jobs;
  for (const std::string& path : paths) jobs.push_back({path, names.at(path), !gone.contains(path)});
  std::ranges::stable_sort(jobs, {}, [&](const GraphJob& job) { return ages.at(job.job); });
  return jobs;
}

void name_by_operators(Report& report) {
  std::map<std::string, std::set<size_t>> jobs;  // by the name of an operator
  for (size_t i = 0; i < report.jobs.size(); ++i) {
    for (const index::OperatorUse& use : report.jobs[i].operators) jobs[use.name].insert(i);
  }
  for (JobReport& job : report.jobs) {
    if (!job.listed.label.empty() || job.operators.empty()) continue;
    const std::string& largest = job.operators.front().name;
    if (!largest.empty() && jobs.at(largest).size() == 1) job.operator_name = largest;
  }
}

// Any file of a snapshot may lie in any of the roots.
void find_silent(const std::vector<std::string>& roots, Report& report) {
  if (report.silent.empty()) report.silent = unresponsive(roots, Question::kNames, kAnswerTime, {});
}

void read_states(index::Reader& reader, Report& report) {
  std::vector<std::string> roots;
  for (const storage::Root& root : reader.roots()) roots.push_back(root.path);
  const auto end = std::chrono::steady_clock::now() + kStateTime;
  for (JobReport& job : report.jobs) {
    const ListedSnapshot* const newest = job.listed.newest();
    if (newest == nullptr) continue;
    ++report.states_wanted;
    find_silent(roots, report);
    if (!report.silent.empty()) {
      job.state.unread = base::format("{} does not answer", base::printable(*report.silent.begin()));
    } else if (report.states_wanted > kMostStates) {
      job.state.unread =
          base::format("the report reads the state of {} at most", base::counted(kMostStates, "job"));
    } else if (std::chrono::steady_clock::now() > end) {
      job.state.unread =
          base::format("reading the state of the jobs before took {} seconds", kStateTime.count());
    } else {
      job.state = state_in_passing(reader, newest->snapshot);
      if (job.state.unread.empty()) ++report.states_read;
    }
  }
}

}  // namespace

Report read_report(index::Reader& reader, const QueryTarget& target) {
  Report report;
  report.version = CHECKPOINTFS_VERSION;
  report.host = host_name();
  report.time_ns = now_ns();
  report.index_file = target.found.options.index_file;
  report.silent = target.silent;
  for (const storage::Root& root : reader.roots()) {
    if (root.is_source) report.sources.push_back(root.path);
  }
  JobListing listing =
      list_jobs(reader, snapshots_of(reader, target), index::read_newest(reader), {}, ListOrder::kTime);
  report.all = listing.all;
  report.snapshots = listing.count;
  for (ListedJob& listed : listing.jobs) {
    JobReport job{std::move(listed), {}, {}, {}};
    if (const ListedSnapshot* const newest = job.listed.newest()) {
      job.operators = reader.snapshots().operators(newest->snapshot.id);
      std::ranges::stable_sort(job.operators, std::greater<>(), &index::OperatorUse::bytes);
    }
    report.broken += job.listed.broken();
    report.jobs.push_back(std::move(job));
  }
  report.needs = needs_between_jobs(read_job_dependencies(reader, target));
  report.connected = connected_jobs(in_order_of_age(reader, report.needs), report.needs);
  name_by_operators(report);
  read_states(reader, report);
  return report;
}

}  // namespace checkpointfs::cli
