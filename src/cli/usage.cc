// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "cli/place.h"

namespace checkpointfs::cli {
namespace {

void add(Usage& usage, uint64_t Usage::*kind, uint64_t bytes) {
  ++usage.files;
  usage.total += bytes;
  usage.*kind += bytes;
}

}  // namespace

Usages usages(index::Reader& reader, const std::vector<index::Snapshot>& chosen) {
  Usages result;
  std::unordered_set<int64_t> ids;
  for (const index::Snapshot& snapshot : chosen) ids.insert(snapshot.id);
  struct Of {
    Usage* snapshot;
    Usage* job;
  };
  std::unordered_map<int64_t, Of> of;
  reader.snapshots([&](const index::Snapshot& snapshot) {
    of[snapshot.id] = {&result.snapshots[snapshot.id], &result.jobs[job_of(snapshot)]};
  });
  std::vector<Usage*> jobs;
  reader.uses([&](const index::Reader::FileUse& use) {
    jobs.clear();
    for (const int64_t snapshot : use.snapshots) {
      Usage* const job = of.at(snapshot).job;
      if (std::find(jobs.begin(), jobs.end(), job) == jobs.end()) jobs.push_back(job);
    }
    auto kind = &Usage::other_jobs;
    if (jobs.size() == 1) kind = use.snapshots.size() == 1 ? &Usage::exclusive : &Usage::shared;
    for (const int64_t snapshot : use.snapshots) add(*of.at(snapshot).snapshot, kind, use.length);
    for (Usage* const job : jobs)
      add(*job, jobs.size() == 1 ? &Usage::exclusive : &Usage::other_jobs, use.length);
    const bool is_chosen =
        std::ranges::any_of(use.snapshots, [&](int64_t snapshot) { return ids.contains(snapshot); });
    if (is_chosen) add(result.all, &Usage::exclusive, use.length);
  });
  return result;
}

}  // namespace checkpointfs::cli
