// SPDX-License-Identifier: Apache-2.0
// Lists the jobs' directories: `shared`, `dstl` and the directories of checkpoints, which scans never list.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "removal/model/listing.h"
#include "removal/model/storage.h"

namespace checkpointfs::removal {

// Lists what lies in the jobs' directories of all sources; what lies elsewhere is not Flink's, and is left
// out. `progress` gets the number of files so far. Throws SystemError if a source cannot be opened.
Listing list_jobs(const Storage& storage, const std::function<void(uint64_t)>& progress = {});

}  // namespace checkpointfs::removal
