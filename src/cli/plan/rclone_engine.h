// SPDX-License-Identifier: Apache-2.0
// rclone, from 1.54 on. A list keeps the tree below the directory that it is for. State files lie in few
// directories (`shared` of some jobs, and the snapshot's own), so one list for each directory makes the
// target flat. `rc job/batch` could rename, too, but needs 1.76.
#pragma once

#include <memory>

#include "cli/plan/copy_engine.h"

namespace checkpointfs::cli {

std::unique_ptr<CopyEngine> rclone_engine();

}  // namespace checkpointfs::cli
