// SPDX-License-Identifier: Apache-2.0
// The runs of a job: which checkpoints in one directory belong together, and which one is the newest.
//
// A job that restarts with state continues its numbers. A run without state begins with chk-1 again, and in
// application mode with high availability every run has the same job id, so that two runs share a directory.
// The sign of a second run: in the order of time, to the second, the numbers go down. Times alone prove
// little, as a copy or a download gives every checkpoint a new time in any order. So the rule is:
//
// 1. Checkpoints that name the same state file belong to one run, whatever their times are.
// 2. The rest is cut where numbers go down in the order of time. The parts are runs if one of these holds:
//    a. The numbers of each part lie below those of the part before, by more than there are checkpoints.
//    b. Each part has three checkpoints or more.
//    c. Each part has two or more, and each cut is five times as long a pause as any between the others.
//    b and c do not count if the order of time is the order of names (chk-10, chk-8, chk-9: a copy), or if
//    the numbers of a part end right below those of the part before (a copy made in two pieces).
// 3. Otherwise the times say nothing: all checkpoints are one run, in the order of their numbers.
//
// The newest checkpoint of a job is the usable checkpoint with the highest number in the latest run that has
// a usable one. Every command, link, metric and rule asks here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace checkpointfs::storage {

// A checkpoint in the directory of a job.
struct DatedCheckpoint {
  int64_t number = 0;      // its checkpoint id
  int64_t time_ns = 0;     // when its `_metadata` was written
  bool is_usable = false;  // all files that it names are there, with their sizes
};

// Positions in a list of checkpoints, by number and then by time.
using Run = std::vector<size_t>;

struct Runs {
  std::vector<Run> runs;        // the latest one last; none is empty
  bool times_disagree = false;  // numbers go down in the order of time, and yet this is one run
};

// Tells if the checkpoints at two positions name the same state file. Asked only if numbers and times
// disagree, and only of neighbours.
using ShareFiles = std::function<bool(size_t, size_t)>;

// Pure. Each position is in one run.
Runs runs_of(const std::vector<DatedCheckpoint>& checkpoints, const ShareFiles& share_files);

// The position of the newest checkpoint; nothing if none is usable.
std::optional<size_t> newest_of(const std::vector<DatedCheckpoint>& checkpoints, const Runs& runs);

// The order of time: to the second, then by number.
bool is_older(const DatedCheckpoint& a, const DatedCheckpoint& b);

}  // namespace checkpointfs::storage
