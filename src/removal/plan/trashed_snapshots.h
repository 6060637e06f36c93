// SPDX-License-Identifier: Apache-2.0
// Snapshots that lie in the trash and could be restored, or that were just now: what they need.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

// Throws Failure(kRefused) if a snapshot that lies in the trash needs a file of one of the plans `ids`, and
// would not go with them, or if it cannot be told what it needs.
void require_not_needed_in_trash(const std::set<std::string>& ids, const Storage& storage, Trashes& trashes);

// The files that a snapshot lacks after it came back.
struct Lacking {
  Place snapshot;
  uint64_t files = 0;
  std::set<std::string> plans;  // in the trash, that have some of them
};

// The lacking files of the plan's snapshots that are there; none if all have all that they need. REQUIRES:
// the trashes are those of the plan's sources.
std::vector<Lacking> lacking_of(const Plan& plan, Trashes& trashes);

}  // namespace checkpointfs::removal
