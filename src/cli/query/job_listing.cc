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
#include "cli/query/query_target.h"
#include "labels/short_ids.h"

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

// The snapshot with the higher number comes before others that are equal in `order`.
bool comes_before(const ListedSnapshot& a, const ListedSnapshot& b, ListOrder order) {
  if (sort_key(a, order) != sort_key(b, order)) return sort_key(a, order) < sort_key(b, order);
  if (order == ListOrder::kName) return natural_less(a.snapshot.path, b.snapshot.path);
  return natural_less(b.snapshot.path, a.snapshot.path);
}

// Removes the snapshots that do not pass the filter.
void apply_filter(std::vector<index::Snapshot>& snapshots, const index::Newest& newest,
                  const ListFilter& filter) {
  std::erase_if(snapshots, [&](const index::Snapshot& one) {
    const auto& statuses = filter.statuses;
    return (filter.jobs && !filter.jobs->contains(job_of(one))) ||
           (filter.newest_only && !newest.ids.contains(one.id)) ||
           (!statuses.empty() && std::ranges::find(statuses, to_string(one.status)) == statuses.end());
  });
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

std::map<std::string, std::string> names_of_jobs(const std::vector<std::string>& jobs,
                                                 const labels::JobLabels& labels) {
  const std::map<std::string, std::string> short_paths = labels::short_job_paths(jobs);
  std::map<std::string_view, int> ends;
  for (const auto& [job, path] : short_paths) ++ends[base::last_component(path)];
  std::map<std::string, std::string> names;
  for (const auto& [job, path] : short_paths) {
    const std::string label = labels.of(job);
    const std::string_view end = base::last_component(path);
    names[job] = label.empty()
                     ? path_text(path)
                     : base::format("{} ({})", label, base::printable(ends.at(end) == 1 ? end : path));
  }
  return names;
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

JobListing list_jobs(index::Reader& reader, std::vector<index::Snapshot> snapshots,
                     const index::Newest& newest, const ListFilter& filter, ListOrder order) {
  const labels::JobLabels labels = labels::JobLabels::read();
  const std::set<std::string> distinct = jobs_of(snapshots);
  const std::map<std::string, std::string> names = names_of_jobs({distinct.begin(), distinct.end()}, labels);
  apply_filter(snapshots, newest, filter);

  const SpaceUsages of = usages(reader, snapshots);
  JobListing listing{{}, of.all, snapshots.size()};
  std::map<std::string, ListedJob> jobs;
  for (index::Snapshot& snapshot : snapshots) {
    const int64_t id = snapshot.id;
    ListedJob& job = jobs[job_of(snapshot)];
    job.snapshots.push_back({std::move(snapshot), of.snapshots.at(id), newest.ids.contains(id)});
  }
  for (auto& [path, job] : jobs) {
    job.job = path;
    job.label = labels.of(path);
    job.name = names.at(path);
    job.usage = of.jobs.at(path);
    std::ranges::sort(job.snapshots, [&](const auto& a, const auto& b) { return comes_before(a, b, order); });
    listing.jobs.push_back(std::move(job));
  }
  std::ranges::stable_sort(listing.jobs, {},
                           [&](const ListedJob& job) { return sort_key(job.snapshots.front(), order); });
  return listing;
}

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Colour status_colour(index::SnapshotStatus status) {
  using enum index::SnapshotStatus;
  switch (status) {
    case kOk:
    case kHealed:
      return Colour::kNone;
    case kOutside:
    case kDenied:
      return Colour::kYellow;
    case kBroken:
    case kIncomplete:
    case kUnreadable:
      return Colour::kRed;
  }
  return Colour::kNone;
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
