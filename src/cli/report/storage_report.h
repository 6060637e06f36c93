// SPDX-License-Identifier: Apache-2.0
// The data of the page of `report`: a whole storage.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "cli/query/job_dependencies.h"
#include "cli/query/job_listing.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"
#include "cli/report/dependency_graph.h"
#include "cli/state/answers.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

struct JobReport {
  ListedJob listed;  // the latest snapshot first
  // The next two are those of the newest usable snapshot.
  std::vector<index::OperatorUse> operators;  // the largest first
  SnapshotState state;
  // The name of the operator with the most state, if the job has no label and no other job has an operator of
  // this name; else "".
  std::string operator_name;
};

struct Report {
  std::string version;
  std::string host;
  int64_t time_ns = 0;  // since the epoch
  std::string index_file;
  std::vector<std::string> sources;
  std::set<std::string> silent;  // of the sources, and directories of mappings: their stores do not answer
  std::vector<JobReport> jobs;   // the one with the latest snapshot first
  SpaceUsage all;
  size_t snapshots = 0;
  size_t broken = 0;                // of them
  std::vector<GraphJob> connected;  // see connected_jobs()
  std::vector<Need> needs;
  size_t states_read = 0;    // jobs whose state was read
  size_t states_wanted = 0;  // jobs with a usable snapshot
};

// Reads the state of the newest usable snapshots of a limited number of jobs in a limited time, the latest
// ones first, and of none while a store does not answer. REQUIRES: the calling process has one thread.
Report read_report(index::Reader& reader, const QueryTarget& target);

}  // namespace checkpointfs::cli
