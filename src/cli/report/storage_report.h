// SPDX-License-Identifier: Apache-2.0
// The data of the page of `report`: a whole storage.
#pragma once

#include <string>
#include <vector>

#include "cli/query/job_dependencies.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

struct OperatorState {
  std::string snapshot;  // path
  index::OperatorUse use;
};

struct Report {
  std::vector<std::string> sources;
  std::vector<index::Snapshot> snapshots;  // in natural order of their paths
  SpaceUsages usages;
  JobDependencies dependencies;
  std::vector<std::string> jobs;         // all jobs of `dependencies`, by the time of their first snapshot
  std::vector<OperatorState> operators;  // in the newest sound snapshot of each job, the largest first
};

Report read_report(index::Reader& reader, const QueryTarget& target);

}  // namespace checkpointfs::cli
