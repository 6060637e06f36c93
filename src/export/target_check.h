// SPDX-License-Identifier: Apache-2.0
// Reads an exported snapshot again and compares it with its journal.
#pragma once

#include <functional>
#include <string>

#include "base/threads/parallel_calls.h"
#include "export/options.h"
#include "export/placement.h"
#include "export/target.h"

namespace checkpointfs::exporting {

// Reads all files of the journal from the disk, as far as the kernel forgets what it has in memory. Throws
// Failure(kBroken) with the name of a file that differs, SystemError(EINTR) after Options::stop.
// REQUIRES: the journal has check sums, and the snapshot is in its place.
void check_target(const Target& target, const Placement& placement, int journal, const Options& options,
                  base::ParallelCalls& calls);

}  // namespace checkpointfs::exporting
