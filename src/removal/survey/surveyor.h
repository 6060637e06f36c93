// SPDX-License-Identifier: Apache-2.0
// One look at everything: all snapshots of all sources, read now, whatever an index says, and every file that
// they name.
#pragma once

#include <cstdint>
#include <functional>

#include "removal/model/storage.h"
#include "removal/model/survey.h"

namespace checkpointfs::removal {

// Reads every `_metadata` that could lie anywhere in a source: also below names with a dot, and in `shared`.
// Throws SystemError if a source cannot be opened. `progress` gets the snapshots read and found so far.
Survey survey(const Storage& storage, const std::function<void(uint64_t, uint64_t)>& progress = {});

// Returns true if no checkpoint of its job that can be decoded has a higher number. REQUIRES: `unreadable` is
// a snapshot of the survey.
bool may_be_newest(const Survey& survey, const SeenSnapshot& unreadable);

// Throws Failure(kRefused) if something is unknown or missing, or if no snapshot is there at all, unless that
// may be.
void require_known(const Survey& survey, bool may_be_empty = false);

}  // namespace checkpointfs::removal
