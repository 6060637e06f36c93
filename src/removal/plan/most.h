// SPDX-License-Identifier: Apache-2.0
// The guard against a snapshot that nobody saw, or a mapping that leads to copies: most of a job's files
// suddenly look unreferenced.
#pragma once

#include <set>
#include <vector>

#include "removal/model/listing.h"
#include "removal/model/plan.h"
#include "removal/model/survey.h"

namespace checkpointfs::removal {

// Throws Failure(kRefused) if more than half of the state files in the directory of a job are in `going`
// although no snapshot that leaves named them, and the job keeps a checkpoint that has all of its files, and
// at least one. `leaving`: numbers of snapshots.
void require_not_most(const Survey& survey, const std::set<uint32_t>& leaving, const Listing& listing,
                      const PlannedFiles& going);

}  // namespace checkpointfs::removal
