// SPDX-License-Identifier: Apache-2.0
// The directory of a plan.
//
//   DIR/run.sh                        the commands, the last file that is written
//   DIR/<snapshot>.manifest.jsonl     the files of the copy: src/transfer/manifest
//   DIR/<snapshot>/_metadata          the `_metadata` of the copy
//   DIR/<snapshot>/distcp.list, ...   the lists of the engine
//   DIR/<snapshot>/rest.list          names of the files that this host copies
#pragma once

#include <string>

#include "cli/plan/copy_engine.h"
#include "cli/plan/copy_plan.h"

namespace checkpointfs::cli {

// Creates `directory` and all in it. Throws Failure(kUsage) if it is there already, or if a name cannot stand
// in a list, SystemError.
void write_plan(const CopyPlan& plan, const CopyEngine& engine, const std::string& directory);

}  // namespace checkpointfs::cli
