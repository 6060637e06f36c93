// SPDX-License-Identifier: Apache-2.0
// Which bytes each snapshot and each job needs, alone or together with others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/read/reader.h"

namespace checkpointfs::cli {

// Bytes of files as the projection shows them, each file once, hard links being one file.
// total = exclusive + shared + other_jobs.
struct SpaceUsage {
  uint64_t total = 0;
  uint64_t exclusive = 0;   // that nobody else needs
  uint64_t shared = 0;      // of a snapshot: that other snapshots of its job need too, and no other job
  uint64_t other_jobs = 0;  // that snapshots of other jobs need too
  uint64_t files = 0;
  uint64_t inline_bytes = 0;  // of state inside the metadata, which no other snapshot needs

  uint64_t all() const { return total + inline_bytes; }
  uint64_t own() const { return exclusive + inline_bytes; }
};

struct SpaceUsages {
  SpaceUsage all;                          // of the chosen ones; total, files and inline_bytes only
  std::map<std::string, SpaceUsage> jobs;  // of the chosen ones, by job_of()
  std::unordered_map<int64_t, SpaceUsage> snapshots;  // of all, by id
};

// Of all snapshots, as those that are not `chosen` need files too.
SpaceUsages usages(index::Reader& reader, const std::vector<index::Snapshot>& chosen);

}  // namespace checkpointfs::cli
