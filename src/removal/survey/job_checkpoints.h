// SPDX-License-Identifier: Apache-2.0
// The checkpoints of each job, and which ones are the newest or the last. Deletion takes the union if numbers
// and times disagree: what is among the last of a run, by number or by time, stays. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "removal/model/survey.h"

namespace checkpointfs::removal {

// Numbers in Survey::snapshots, the oldest first.
using Checkpoints = std::vector<uint32_t>;

struct JobCheckpoints {
  Place job;
  Checkpoints by_number;          // all
  Checkpoints by_time;            // all
  std::vector<Checkpoints> runs;  // see storage/runs.h
  Checkpoints newest;             // the newest usable one by storage/runs.h, or none
};

// All jobs that have a checkpoint, by place.
std::vector<JobCheckpoints> jobs_of(const Survey& survey);

// Snapshots by number in Survey::snapshots, and a text for each.
using Reasons = std::map<uint32_t, std::string>;

// The checkpoints that a running job may go on from, or restore: by number, by time and in each run, the
// newest one and the newest usable one. The texts follow "the newest [checkpoint] of its job": "" for the one
// that all commands call the newest, else " by number", ...
Reasons newest_checkpoints(const Survey& survey);

// The last `count` usable checkpoints of a job, by number, by time and in each run, and those between them
// that are not usable. The texts are clauses: "it is one of the last 3".
Reasons last_checkpoints(const Survey& survey, const JobCheckpoints& job, uint64_t count);

// The digits of the checkpoint with the lowest number that is the last of a run, of all by number or by time.
std::string lowest_newest(const Survey& survey, const JobCheckpoints& job);

}  // namespace checkpointfs::removal
