// SPDX-License-Identifier: Apache-2.0
// Carries a plan out: moves its files into the trash, once, after a second look at everything.
//
// apply() works with the trash of every source locked (Trashes). It checks the plan against the present
// (plan_checks.h: sources, inputs, a new survey) and writes the plan into each trash and journal. From then
// on the plan is on record, and a crash is only an interruption: resume(), which commands call before
// anything new, does the same steps for each plan without a `done`. Metadata moves first, then the snapshots'
// own files, then shared ones, each judged once more; then empty directories go, the moved files are put on
// record, and the plan is done. restore.h goes the other way, and purges; unpin.h moves a pin; remember.h
// keeps the records of known storage right. The folder relies on Judge and survey() for all decisions, and on
// storage/disk_operations.h for each call that changes a disk, so that tests can let any of them fail.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

struct Applied {
  std::string id;
  std::vector<std::string> sources;  // of the plan
  std::vector<Place> victims;        // snapshots of it
  uint64_t snapshots = 0;            // moved now
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t directories = 0;
  std::vector<KeptFile> kept;    // by the second look
  std::vector<KeptFile> failed;  // they could not be moved: the next run tries again
};

// Gets the files and directories done, and in all. May throw: then the work is interrupted, and resume()
// goes on with it.
using Progress = std::function<void(uint64_t done, uint64_t all)>;

// Carries out a new plan. Nothing has happened if it throws before the plan is on record; after that, the
// next resume() goes on with it. Throws Failure(kRefused) if the plan was applied before, if one of its
// inputs changed, or if something is unknown; SystemError if what happens cannot be put on record.
Applied apply(const Plan& plan, const Storage& storage, Trashes& trashes, storage::DiskOperations& disk,
              const Progress& progress = {});

// The first part of apply(): the snapshots of a new plan go, and nothing else does before finish(). Throws as
// apply(), and SystemError if one of them cannot be moved: then nothing has happened.
void begin(const Plan& plan, const Storage& storage, Trashes& trashes, storage::DiskOperations& disk);
// The rest of it, after another look at everything. Throws Failure(kSource) if no source has such a plan, and
// as apply().
Applied finish(const std::string& id, const Storage& storage, Trashes& trashes,
               storage::DiskOperations& disk);

// Goes on with whatever was begun and did not come to its end: plans, restores and purges. Returns what was
// done, plan by plan; restores and purges are not reported. Throws as apply().
std::vector<Applied> resume(const Storage& storage, Trashes& trashes, storage::DiskOperations& disk,
                            const Progress& progress = {});

}  // namespace checkpointfs::removal
