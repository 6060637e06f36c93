// SPDX-License-Identifier: Apache-2.0
// Writes the records of what had snapshots (known_storage.h). REQUIRES, of all: the trashes are locked.
#pragma once

#include <set>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

// Adds to the records all sources, and the jobs that have snapshots now. Throws SystemError, Failure(kInput).
void remember(const JobCounts& jobs, Trashes& trashes, storage::DiskOperations& disk);

// Jobs and sources that storage.forgotten names are missed no more. Throws as remember().
void forget(const Storage& storage, Trashes& trashes, storage::DiskOperations& disk);

// Jobs whose last snapshots a removal of ours took are missed no more.
void forget_removed(const std::set<Place>& jobs, Trashes& trashes, storage::DiskOperations& disk);
// The jobs of snapshots that came back are known again. `trash`: of the source that they lie in.
void remember_restored(const std::vector<PlannedSnapshot>& snapshots, const Trash& trash,
                       storage::DiskOperations& disk);

}  // namespace checkpointfs::removal
