// SPDX-License-Identifier: Apache-2.0
#include "fs/status/metrics_facts.h"

#include <algorithm>
#include <chrono>

#include "base/text/format.h"
#include "index/read/newest.h"

namespace checkpointfs::fs {
namespace {

int64_t ns_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

// Jobs whose names have the same text share their series: no two series may have one label.
std::string text_of_job(const std::string& job) {
  return job.empty() ? "." : base::printable(job);
}

// The newest usable checkpoint of each job; savepoints do not count, because they are not made regularly.
std::map<std::string, int64_t> newest_times(const std::vector<index::JobRuns>& jobs,
                                            const std::vector<index::Snapshot>& snapshots) {
  std::map<std::string, int64_t> times;
  for (const index::JobRuns& job : jobs) {
    if (!job.newest || !index::is_checkpoint(snapshots[*job.newest])) continue;
    const int64_t time = snapshots[*job.newest].metadata_mtime_ns;
    const auto [at, added] = times.emplace(text_of_job(job.job), time);
    at->second = std::max(at->second, time);
  }
  return times;
}

FollowFacts follow_facts(const FollowStatus& status) {
  FollowFacts facts;
  facts.lag_seconds = status.behind_seconds;
  facts.last_scan_ns = ns_of(status.scanned);
  facts.scans = status.scans;
  facts.scan_errors = status.failed_scans;
  if (status.files.completed) facts.last_file_check_ns = ns_of(*status.files.completed);
  return facts;
}

void fill_from_index(index::Reader& reader, const labels::JobLabels& labels, MetricsFacts& facts) {
  const index::Totals totals = reader.totals();
  facts.broken_snapshots = totals.broken_snapshots;
  facts.files = totals.files;
  facts.file_bytes = totals.bytes;
  facts.projected_bytes = totals.projected_bytes;
  const index::FileSums sums = reader.file_sums();
  facts.missing_files = sums.broken_files;
  facts.exclusive_bytes = sums.exclusive_bytes;
  facts.shared_bytes = totals.bytes - sums.exclusive_bytes;
  std::vector<index::Snapshot> snapshots;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const auto status = static_cast<size_t>(snapshot.status);
    if (status < facts.snapshots.size()) ++facts.snapshots[status];
    snapshots.push_back(snapshot);
  });
  const std::vector<index::JobRuns> jobs = index::runs_of_jobs(reader, snapshots);
  facts.newest_ns = newest_times(jobs, snapshots);
  for (const index::JobRuns& job : jobs) {
    if (const std::string label = labels.of(job.job); !label.empty())
      facts.job_names[text_of_job(job.job)] = label;
  }
}

}  // namespace

MetricsFacts metrics_facts(index::Reader& reader, const ControlStatus& status, const Counters& counters,
                           const labels::JobLabels& labels) {
  MetricsFacts facts;
  facts.version = CHECKPOINTFS_VERSION;
  facts.started_ns = ns_of(status.mounted_at);
  fill_from_index(reader, labels, facts);
  facts.now_ns = ns_of(std::chrono::system_clock::now());
  facts.requests = {
      {"lookups", counters.lookups}, {"attributes", counters.attributes}, {"listings", counters.listings},
      {"xattrs", counters.xattrs},   {"opens", counters.opens},           {"releases", counters.releases},
      {"flushes", counters.flushes}, {"forgets", counters.forgets},       {"reads", counters.reads}};
  facts.errors = counters.errors;
  facts.read_bytes = counters.bytes_read;
  facts.open_files = status.open_files;
  facts.holds = status.holding.holds.size();
  facts.metadata_cache_hits = status.metadata_hits;
  facts.metadata_cache_misses = status.metadata_misses;
  for (const storage::Root& root : reader.roots()) {
    facts.waiting_seconds[base::printable(root.path)] = 0;
    facts.is_lost[base::printable(root.path)] = status.lost_sources.contains(root.path);
  }
  for (const StoreLimiter::Hanging& store : status.hanging)
    facts.waiting_seconds[base::printable(store.path)] = store.seconds;
  if (!status.following.how.empty()) facts.follow = follow_facts(status.following);
  return facts;
}

}  // namespace checkpointfs::fs
