// SPDX-License-Identifier: Apache-2.0
// Plans a copy from the index and the metadata of the snapshots.
#pragma once

#include <string>
#include <vector>

#include "cli/plan/copy_engine.h"
#include "cli/plan/copy_plan.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// Plans a copy of `snapshots` below `target` (as CopyEngine::target() returns it). Throws Failure(kBroken) or
// Failure(kInput) if a snapshot is not sound, Failure(kUsage) if a target lies within the source or cannot be
// named, SystemError.
CopyPlan make_copy_plan(index::Reader& reader, const std::vector<index::Snapshot>& snapshots,
                        const CopyEngine& engine, const std::string& target);

}  // namespace checkpointfs::cli
