// SPDX-License-Identifier: Apache-2.0
// The engine that --engine names.
#pragma once

#include <memory>
#include <string>

#include "cli/plan/copy_engine.h"

namespace checkpointfs::cli {

// Returns the engine: distcp, s5cmd, rclone or csv. Throws Failure(kUsage) for another name.
std::unique_ptr<CopyEngine> choose_engine(const std::string& name);

}  // namespace checkpointfs::cli
