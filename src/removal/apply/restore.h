// SPDX-License-Identifier: Apache-2.0
// Restores plans out of the trash, purges them, and lists them.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/plan/trashed_snapshots.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

struct Restored {
  std::string id;
  uint64_t files = 0;  // `_metadata` counts
  uint64_t bytes = 0;
  std::vector<KeptFile> failed;  // they are still in the trash, and why
  std::vector<Lacking> lacking;  // snapshots that came back, and lack files all the same
};

// Puts everything back that a plan moved, files before the metadata that names them, with the directories
// that it removed; nothing is overwritten. `progress` gets the files done, and in all, of one source; it may
// throw, and the same call goes on. Throws Failure(kSource) if no source has such a plan.
Restored restore(const std::string& id, Trashes& trashes, storage::DiskOperations& disk,
                 const std::function<void(uint64_t done, uint64_t all)>& progress = {});

struct Purged {
  std::string id;
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// Destroys what the plans moved; nothing is destroyed if one of them may not be. Throws Failure(kSource) if
// no source has such a plan, Failure(kRefused) if a snapshot of the survey has lost a file that lies in one,
// if a snapshot that stays in the trash needs one, or if something is unknown.
std::vector<Purged> purge(const std::vector<std::string>& ids, const Storage& storage, const Survey& survey,
                          Trashes& trashes, storage::DiskOperations& disk);

// A plan as `trash list` shows it.
struct InTrash {
  std::string id;
  std::string command;
  int64_t made_ns = 0;
  int64_t begun_ns = 0;          // when it was carried out, not when the plan was made
  std::vector<Place> snapshots;  // of the plan
  uint64_t files = 0;            // that lie in the trash
  uint64_t bytes = 0;
  bool done = false;       // all of it went
  bool restoring = false;  // it is on its way back
};

// The plans in the trash of the sources, by age. Throws SystemError, Failure(kInput).
std::vector<InTrash> list_trash(const std::vector<std::string>& sources);

// The snapshots of all plans in the trash. Throws as list_trash().
std::set<Place> snapshots_in_trash(const std::vector<std::string>& sources);

}  // namespace checkpointfs::removal
