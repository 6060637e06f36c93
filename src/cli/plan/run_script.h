// SPDX-License-Identifier: Apache-2.0
// The script that carries out a plan.
#pragma once

#include <string>

#include "cli/plan/copy_engine.h"
#include "cli/plan/copy_plan.h"

namespace checkpointfs::cli {

// Returns a script for sh(1) that stops at the first error and can be run again. For each snapshot: the
// files, the rest, a check of names and sizes against the manifest, and only then `_metadata`, so that a copy
// with a `_metadata` is complete. REQUIRES: the engine has commands.
std::string run_script(const CopyPlan& plan, const CopyEngine& engine);

// Returns the directory of a snapshot within the plan's directory.
std::string plan_directory(const CopiedSnapshot& snapshot);

}  // namespace checkpointfs::cli
