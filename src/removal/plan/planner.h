// SPDX-License-Identifier: Apache-2.0
// Makes plans: decides which snapshots and files go, and refuses whatever must not.
//
// A command chooses victims, `gc` by its rules of retention (retention.h). make_plan() asks the Judge of
// survey/ for each file that the victims name, and, where a listing is given, for each file that no snapshot
// names. Guards then refuse a plan that cannot be right: something is unknown, a victim is the newest
// checkpoint of its job, or most files of a job would go (most.h). JobCounts show whether snapshots have
// vanished since the index or the plan was made. Apply asks the guards of snapshots again, with a survey of
// its own. trashed_snapshots.h guards the purge: snapshots in the trash still need their files there. The
// folder writes nothing: a plan is a value (model/plan.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "removal/model/listing.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/survey/judge.h"
#include "removal/survey/recovery.h"

namespace checkpointfs::removal {

struct Victim {
  uint32_t snapshot = 0;  // in Survey::snapshots
  std::string why;
};

struct PlanOptions {
  std::string command;
  int64_t now_ns = 0;
  int64_t grace_ns = kDefaultGraceNs;
  bool force_newest = false;
  std::optional<Caller> caller = {};           // whose request it is, if not this process'
  bool force_most = false;                     // even most state files of a job that has a usable checkpoint
  std::vector<std::string> ha = {};            // as of the plan
  std::vector<RecoveryPointer> recovery = {};  // as read from `ha` before the survey
};

// The plan to remove `victims`, and, where a listing is given, what no snapshot needs. `listing` was made
// before `survey`. Throws Failure(kRefused) if something is unknown, a victim is the newest checkpoint of its
// job, or most files of a job would go, and that is not forced; and if a cluster would recover from a victim.
// If victims cannot be decoded, the plan
// is_quarantine(), and nothing need be known; then victims that can be decoded are refused, and so are young
// ones.
Plan make_plan(const Storage& storage, const Survey& survey, const std::vector<Victim>& victims,
               const Listing* listing, const PlanOptions& options);

// The snapshots of each job, found by their `_metadata` alone. Throws SystemError if a source cannot be
// opened.
JobCounts count_snapshots(const Storage& storage);

// The snapshots of each job, less those of the plan.
JobCounts count_jobs(const Survey& survey, const std::vector<PlannedSnapshot>& leaving);

// Throws Failure(kRefused) if a job has lost all of its snapshots, or if more than half of all are gone.
// `accept` says what to do then.
void require_not_shrunken(const JobCounts& before, const JobCounts& now, std::string_view accept);
// The second of the two alone.
void require_not_halved(const JobCounts& before, const JobCounts& now, std::string_view accept);

// Throws Failure(kRefused) if one of the snapshots is the newest checkpoint of its job.
void require_not_newest(const Survey& survey, const std::vector<PlannedSnapshot>& leaving);

// The writers of metadata on whose word named files go, in a plan of this caller.
Naming naming_for(const std::optional<Caller>& caller);

// The reason why the caller of a plan may not remove `path`; "" if he may, or if there is no caller. `root`:
// the directory of the source.
std::string why_not_the_callers(const std::optional<Caller>& caller, int root, const std::string& path);

}  // namespace checkpointfs::removal
