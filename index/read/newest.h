// SPDX-License-Identifier: Apache-2.0
// The runs and the newest checkpoint of each job in the index, by the rule of storage/runs.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/database/types.h"
#include "index/read/reader.h"
#include "storage/runs.h"

namespace checkpointfs::index {

// A checkpoint that Flink took by itself and that can be decoded: in a directory chk-N, and no savepoint.
bool is_checkpoint(const Snapshot& snapshot);

struct JobRuns {
  std::string job;  // its directory in the projection; "" for the root
  // Positions in the list of snapshots.
  std::vector<storage::Run> runs;  // of checkpoints; the latest one last; empty if the directory has none
  bool times_disagree = false;
  // The newest usable checkpoint. Without one: the usable snapshot with the latest time, such as a savepoint.
  std::optional<size_t> newest;
};

using IsUsable = std::function<bool(size_t)>;  // of the snapshot at a position

// All directories that hold snapshots, by name. Asks `reader` which snapshots share files, where numbers and
// times disagree.
std::vector<JobRuns> runs_of_jobs(Reader& reader, const std::vector<Snapshot>& snapshots,
                                  const IsUsable& is_usable);
// The same; a snapshot is usable if the index says that it is sound.
std::vector<JobRuns> runs_of_jobs(Reader& reader, const std::vector<Snapshot>& snapshots);

// The one with the latest time among the newest snapshots of several jobs.
std::optional<size_t> newest_of_all(const std::vector<Snapshot>& snapshots, const std::vector<JobRuns>& jobs);

// The newest snapshot of each job in the index, and the texts of runs_text().
struct Newest {
  std::set<int64_t> ids;
  std::vector<JobRuns> unclear;     // jobs of which there is a text
  std::vector<std::string> texts;   // in the same order
  std::vector<Snapshot> snapshots;  // of which the runs have positions
};
Newest read_newest(Reader& reader);

// One line for people about a job with several runs, or whose times disagree with its numbers; else "".
std::string runs_text(const JobRuns& job, const std::vector<Snapshot>& snapshots);

}  // namespace checkpointfs::index
