// SPDX-License-Identifier: Apache-2.0
// --since: files that the target of an earlier plan has are copied from there, or not at all.
#pragma once

#include <string>

#include "cli/plan/copy_engine.h"
#include "cli/plan/copy_plan.h"

namespace checkpointfs::cli {

// Reads the plan in `directory`, whose target has its files by now. A whole file of `plan` with the same URI
// and size is Part::kPresent if it has the same target, and otherwise is copied from the earlier target, so
// that it does not cross from store to store again. Throws Failure(kUsage) if the directory has no plan, or
// one of another engine, Failure(kInput) if the plan is damaged, SystemError.
void use_earlier_plan(CopyPlan& plan, const CopyEngine& engine, const std::string& directory);

}  // namespace checkpointfs::cli
