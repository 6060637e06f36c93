// SPDX-License-Identifier: Apache-2.0
// Finds the jobs that need files in other jobs' directories.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/output/natural_order.h"
#include "cli/query/query_target.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// The files that one job needs from another job's directory.
struct Dependency {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};

struct JobDependencies {
  std::map<std::string, uint64_t, NaturalLess> snapshots;  // their number, by job
  std::map<std::string, std::map<std::string, Dependency, NaturalLess>, NaturalLess>
      of_jobs;  // by job and owner
};

// Reads the dependencies of the snapshots below target.below. A file beside a `_metadata` belongs to the job
// of that snapshot, a changelog to the job of its id, and any other file outside the sources to the directory
// of its URI.
JobDependencies read_job_dependencies(index::Reader& reader, const QueryTarget& target);

}  // namespace checkpointfs::cli
