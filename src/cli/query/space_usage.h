// SPDX-License-Identifier: Apache-2.0
// Adds up the bytes that each snapshot and each job needs, alone or shared.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/read/reader.h"

namespace checkpointfs::cli {

// Bytes of files as the projection shows them. Each file counts once, and hard links are one file.
// total = exclusive + shared + other_jobs.
struct SpaceUsage {
  uint64_t total = 0;
  uint64_t exclusive = 0;   // needed by nothing else
  uint64_t shared = 0;      // of a snapshot: needed by other snapshots of its job too, and by no other job
  uint64_t other_jobs = 0;  // needed by snapshots of other jobs too
  uint64_t files = 0;
  uint64_t inline_bytes = 0;  // state inside the metadata, which no other snapshot needs

  uint64_t all() const { return total + inline_bytes; }
  uint64_t own() const { return exclusive + inline_bytes; }
};

struct SpaceUsages {
  SpaceUsage all;                          // of the chosen snapshots; total, files and inline_bytes only
  std::map<std::string, SpaceUsage> jobs;  // of the chosen snapshots, by job_of()
  std::unordered_map<int64_t, SpaceUsage> snapshots;  // of all snapshots, by id
};

// Reads all snapshots, because those that are not `chosen` need files too.
SpaceUsages usages(index::Reader& reader, const std::vector<index::Snapshot>& chosen);

}  // namespace checkpointfs::cli
