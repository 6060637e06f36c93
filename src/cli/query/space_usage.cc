// SPDX-License-Identifier: Apache-2.0
#include "cli/query/space_usage.h"

#include <algorithm>
#include <functional>
#include <unordered_set>
#include <vector>

#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

void add(SpaceUsage& usage, uint64_t SpaceUsage::*kind, uint64_t bytes) {
  ++usage.files;
  usage.total += bytes;
  usage.*kind += bytes;
}

void add_once(std::vector<SpaceUsage*>& jobs, SpaceUsage* job) {
  if (std::ranges::find(jobs, job) == jobs.end()) jobs.push_back(job);
}

// Calls `take` for every file that a snapshot refers to; hard links of each other are one file.
void each_file(index::Reader& reader, const std::function<void(const index::FileUse&)>& take) {
  const std::unordered_map<int64_t, int64_t> first_link = reader.dump().hard_links();
  std::unordered_map<int64_t, index::FileUse> linked;  // by the first link
  reader.references().uses([&](const index::FileUse& use) {
    const auto first = first_link.find(use.file_id);
    if (first == first_link.end()) return take(use);
    const auto [known, added] = linked.try_emplace(first->second, use);
    if (added) return;
    std::vector<int64_t>& all = known->second.snapshots;
    all.insert(all.end(), use.snapshots.begin(), use.snapshots.end());
  });
  for (auto& [first, use] : linked) {
    std::ranges::sort(use.snapshots);
    const auto repeated = std::ranges::unique(use.snapshots);
    use.snapshots.erase(repeated.begin(), repeated.end());
    take(use);
  }
}

}  // namespace

SpaceUsages usages(index::Reader& reader, const std::vector<index::Snapshot>& chosen) {
  SpaceUsages result;
  std::unordered_set<int64_t> ids;
  for (const index::Snapshot& snapshot : chosen) ids.insert(snapshot.id);
  struct Owner {
    SpaceUsage* snapshot;
    SpaceUsage* job;
    bool is_chosen;
  };
  std::unordered_map<int64_t, Owner> owners;
  std::map<std::string, SpaceUsage> jobs_of_all;
  const std::unordered_map<int64_t, uint64_t> inline_bytes = reader.dump().inline_bytes();
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const bool is_chosen = ids.contains(snapshot.id);
    Owner& one = owners[snapshot.id];
    one = {&result.snapshots[snapshot.id], &jobs_of_all[job_of(snapshot)], is_chosen};
    const auto within = inline_bytes.find(snapshot.id);
    if (within == inline_bytes.end()) return;
    one.snapshot->inline_bytes = within->second;
    if (!is_chosen) return;
    one.job->inline_bytes += within->second;
    result.all.inline_bytes += within->second;
  });
  std::vector<SpaceUsage*> jobs;
  std::vector<SpaceUsage*> chosen_jobs;
  each_file(reader, [&](const index::FileUse& use) {
    jobs.clear();
    chosen_jobs.clear();
    for (const int64_t snapshot : use.snapshots) {
      const Owner& one = owners.at(snapshot);
      add_once(jobs, one.job);
      if (one.is_chosen) add_once(chosen_jobs, one.job);
    }
    auto kind = &SpaceUsage::other_jobs;
    if (jobs.size() == 1) kind = use.snapshots.size() == 1 ? &SpaceUsage::exclusive : &SpaceUsage::shared;
    for (const int64_t snapshot : use.snapshots) add(*owners.at(snapshot).snapshot, kind, use.length);
    for (SpaceUsage* const job : chosen_jobs)
      add(*job, jobs.size() == 1 ? &SpaceUsage::exclusive : &SpaceUsage::other_jobs, use.length);
    if (!chosen_jobs.empty()) add(result.all, &SpaceUsage::exclusive, use.length);
  });
  for (const index::Snapshot& snapshot : chosen)
    result.jobs[job_of(snapshot)] = jobs_of_all[job_of(snapshot)];
  return result;
}

}  // namespace checkpointfs::cli
