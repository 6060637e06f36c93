// SPDX-License-Identifier: Apache-2.0
// Chooses the checkpoints of each job that stay, and those that go.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/survey.h"
#include "removal/plan/planner.h"

namespace checkpointfs::removal {

struct Retention {
  std::optional<uint64_t> keep_last;      // usable checkpoints of each run of a job; the newest always stays
  std::optional<int64_t> keep_within_ns;  // those that are younger
  // Patterns as of a shell, of a path beneath its source ("*/chk-1*") or of its last component.
  std::vector<std::string> keep;
  // Jobs' directories beneath their sources; nothing: all of them.
  std::optional<std::set<std::string>> jobs;
  Reasons recovered;  // snapshots that clusters would recover from, as by recovered_snapshots()
  // Is true if any rule says which checkpoints are to go.
  bool is_given() const { return keep_last || keep_within_ns; }
};

struct Selection {
  std::vector<Victim> victims;
  std::vector<KeptSnapshot> kept;
};

// Selects every checkpoint that no rule keeps. Savepoints stay, and so do snapshots that Flink did not name
// chk-N. Pure.
Selection select(const Survey& survey, const Retention& retention, int64_t now_ns);

}  // namespace checkpointfs::removal
