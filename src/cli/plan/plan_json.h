// SPDX-License-Identifier: Apache-2.0
// A plan as JSON: for --json, and the file plan.json of its directory.
#pragma once

#include <string>

#include "cli/plan/copy_plan.h"

namespace checkpointfs::cli {

// Returns the plan's sums and its snapshots, and the names and the reason of each file of the rest.
std::string plan_json(const CopyPlan& plan);

}  // namespace checkpointfs::cli
