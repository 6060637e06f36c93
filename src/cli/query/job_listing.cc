// SPDX-License-Identifier: Apache-2.0
#include "cli/query/job_listing.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/natural_order.h"
#include "cli/output/suggestion.h"
#include "cli/query/query_target.h"
#include "cli/query/snapshot_names.h"

namespace checkpointfs::cli {
namespace {

// Small for what comes first; names have no number.
double sort_key(const ListedSnapshot& one, ListOrder order) {
  switch (order) {
    case ListOrder::kTime:
      return -static_cast<double>(one.snapshot.metadata_mtime_ns / 1'000'000'000);
    case ListOrder::kSize:
      return -static_cast<double>(one.snapshot.bytes + one.usage.inline_bytes);
    case ListOrder::kOwn:
      return -static_cast<double>(one.usage.own());
    case ListOrder::kName:
      break;
  }
  return 0;
}

// Of snapshots that are equal in `order`, the one with the higher number comes first.
bool comes_before(const ListedSnapshot& a, const ListedSnapshot& b, ListOrder order) {
  if (sort_key(a, order) != sort_key(b, order)) return sort_key(a, order) < sort_key(b, order);
  if (order == ListOrder::kName) return natural_less(a.snapshot.path, b.snapshot.path);
  return natural_less(b.snapshot.path, a.snapshot.path);
}

std::string name_of(const std::string& label, const std::string& short_path) {
  if (label.empty()) return path_text(short_path);
  return base::format("{} ({})", label, base::printable(base::last_component(short_path)));
}

std::set<std::string> jobs_of_filter(const std::vector<std::string>& jobs, const std::string& name,
                                     const JobLabels& labels) {
  std::vector<std::string> found = jobs_named(jobs, name, labels);
  if (!found.empty()) return {found.begin(), found.end()};
  std::vector<std::string> words;
  for (const std::string& job : jobs) {
    words.emplace_back(base::last_component(job));
    words.push_back(labels.of(job));
  }
  const std::string near = suggestion(name, words);
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("there is no snapshot of a job {}{}; 'checkpointfs jobs' lists the jobs",
                   base::printable(name),
                   near.empty() ? "" : base::format("; did you mean {}?", base::printable(near))));
}

bool passes(const ListedSnapshot& one, const ListFilter& filter) {
  if (filter.newest_only && !one.newest) return false;
  return filter.statuses.empty() ||
         std::ranges::find(filter.statuses, to_string(one.snapshot.status)) != filter.statuses.end();
}

}  // namespace

const ListedSnapshot* ListedJob::newest() const {
  const auto found = std::ranges::find(snapshots, true, &ListedSnapshot::newest);
  return found == snapshots.end() ? nullptr : &*found;
}

uint64_t ListedJob::broken() const {
  return static_cast<uint64_t>(std::ranges::count_if(
      snapshots, [](const ListedSnapshot& one) { return !index::is_sound(one.snapshot.status); }));
}

int64_t ListedJob::last_time_ns() const {
  int64_t last = 0;
  for (const ListedSnapshot& one : snapshots) last = std::max(last, one.snapshot.metadata_mtime_ns);
  return last;
}

ListOrder parse_list_order(const std::string& text) {
  static const std::map<std::string, ListOrder> orders = {{"time", ListOrder::kTime},
                                                          {"size", ListOrder::kSize},
                                                          {"own", ListOrder::kOwn},
                                                          {"name", ListOrder::kName}};
  const auto order = orders.find(text);
  if (order != orders.end()) return order->second;
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("--sort {}: give time, size, own or name", base::printable(text)));
}

std::vector<ListedJob> list_jobs(std::vector<index::Snapshot> snapshots, const SpaceUsages& usages,
                                 const index::Newest& newest, const ListFilter& filter, ListOrder order) {
  const JobLabels labels = JobLabels::read();
  std::vector<std::string> names;
  for (const index::Snapshot& snapshot : snapshots) {
    if (const std::string job = job_of(snapshot); names.empty() || names.back() != job) names.push_back(job);
  }
  const std::map<std::string, std::string> short_paths = short_job_paths(names);
  std::set<std::string> chosen(names.begin(), names.end());
  if (!filter.job.empty()) chosen = jobs_of_filter({chosen.begin(), chosen.end()}, filter.job, labels);

  std::map<std::string, ListedJob> jobs;
  for (index::Snapshot& snapshot : snapshots) {
    const std::string job = job_of(snapshot);
    if (!chosen.contains(job)) continue;
    ListedSnapshot one{std::move(snapshot), {}, false};
    one.usage = usages.snapshots.at(one.snapshot.id);
    one.newest = newest.ids.contains(one.snapshot.id);
    if (passes(one, filter)) jobs[job].snapshots.push_back(std::move(one));
  }
  std::vector<ListedJob> listed;
  for (auto& [job, of_job] : jobs) {
    of_job.job = job;
    of_job.label = labels.of(job);
    of_job.name = name_of(of_job.label, short_paths.at(job));
    of_job.usage = usages.jobs.at(job);
    std::ranges::sort(of_job.snapshots,
                      [&](const auto& a, const auto& b) { return comes_before(a, b, order); });
    listed.push_back(std::move(of_job));
  }
  std::ranges::stable_sort(listed, {},
                           [&](const ListedJob& job) { return sort_key(job.snapshots.front(), order); });
  return listed;
}

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string age_text(int64_t ns, int64_t now) {
  const int64_t seconds = (now - ns) / 1'000'000'000;
  if (seconds < 0) return "";
  if (seconds < 120) return base::format("{} s", seconds);
  if (seconds < 2 * 3600) return base::format("{} min", seconds / 60);
  if (seconds < 2 * 86400) return base::format("{} h", seconds / 3600);
  return base::format("{} d", seconds / 86400);
}

}  // namespace checkpointfs::cli
