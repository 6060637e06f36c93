// SPDX-License-Identifier: Apache-2.0
// Which bytes each snapshot and each job needs, alone or together with others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/reader.h"

namespace checkpointfs::cli {

// Bytes of files as the projection shows them, each file once. total = exclusive + shared + other_jobs.
struct Usage {
  uint64_t total = 0;
  uint64_t exclusive = 0;   // that nobody else needs
  uint64_t shared = 0;      // of a snapshot: that other snapshots of its job need too, and no other job
  uint64_t other_jobs = 0;  // that snapshots of other jobs need too
  uint64_t files = 0;
};

struct Usages {
  Usage all;                                     // of the chosen ones; exclusive and total only
  std::map<std::string, Usage> jobs;             // by job_of()
  std::unordered_map<int64_t, Usage> snapshots;  // by id
};

// Of all snapshots, as those that are not `chosen` need files too.
Usages usages(index::Reader& reader, const std::vector<index::Snapshot>& chosen);

}  // namespace checkpointfs::cli
