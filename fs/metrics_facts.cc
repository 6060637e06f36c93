// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics_facts.h"

#include <algorithm>
#include <chrono>

#include "base/human.h"

namespace checkpointfs::fs {
namespace {

int64_t ns_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

// "job/chk-7" and not "savepoints/savepoint-ab12-0123456789ab", which nobody makes regularly.
bool is_checkpoint(std::string_view name) {
  constexpr std::string_view kPrefix = "chk-";
  if (!name.starts_with(kPrefix) || name.size() == kPrefix.size()) return false;
  return std::all_of(name.begin() + kPrefix.size(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes one snapshot after the other.
class Snapshots {
 public:
  void add(const index::Snapshot& snapshot) {
    const auto status = static_cast<size_t>(snapshot.status);
    if (status < by_status_.size()) ++by_status_[status];
    if (!index::is_sound(snapshot.status)) return;
    const std::string_view path = snapshot.path;
    const size_t slash = path.rfind('/');
    if (!is_checkpoint(slash == std::string_view::npos ? path : path.substr(slash + 1))) return;
    // By the text of the label: no two series may have the same.
    const std::string job = slash == std::string_view::npos ? "." : base::printable(path.substr(0, slash));
    Newest& newest =
        newest_.try_emplace(job, snapshot.checkpoint_id, snapshot.metadata_mtime_ns).first->second;
    newest = std::max(newest, Newest(snapshot.checkpoint_id, snapshot.metadata_mtime_ns));
  }

  void fill(MetricsFacts& facts) const {
    facts.snapshots = by_status_;
    for (const auto& [job, newest] : newest_) facts.newest_ns[job] = newest.second;
  }

 private:
  using Newest = std::pair<int64_t, int64_t>;  // number and time, as the links of `latest` go by
  std::array<uint64_t, index::kSnapshotStatuses> by_status_ = {};
  std::map<std::string, Newest> newest_;
};

void fill_from_index(index::Reader& reader, MetricsFacts& facts) {
  const index::Totals totals = reader.totals();
  facts.broken_snapshots = totals.broken_snapshots;
  facts.files = totals.files;
  facts.file_bytes = totals.bytes;
  facts.projected_bytes = totals.projected_bytes;
  const index::FileSums sums = reader.file_sums();
  facts.missing_files = sums.broken_files;
  facts.exclusive_bytes = sums.exclusive_bytes;
  facts.shared_bytes = totals.bytes - sums.exclusive_bytes;
  Snapshots snapshots;
  reader.snapshots([&](const index::Snapshot& snapshot) { snapshots.add(snapshot); });
  snapshots.fill(facts);
}

}  // namespace

MetricsFacts metrics_facts(index::Reader& reader, const ControlStatus& status, const Counters& counters) {
  MetricsFacts facts;
  facts.version = CHECKPOINTFS_VERSION;
  facts.started_ns = ns_of(status.mounted_at);
  fill_from_index(reader, facts);
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
  for (const index::Root& root : reader.roots()) {
    facts.waiting_seconds[base::printable(root.path)] = 0;
    facts.is_lost[base::printable(root.path)] = status.lost_sources.contains(root.path);
  }
  for (const Stores::Hanging& store : status.hanging)
    facts.waiting_seconds[base::printable(store.path)] = store.seconds;
  return facts;
}

}  // namespace checkpointfs::fs
