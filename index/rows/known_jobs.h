// SPDX-License-Identifier: Apache-2.0
// The directories that ever had snapshots right in them. Scans add to them and take none away, so that what
// removes can tell when snapshots are missed: sources that are not mounted, jobs that are gone.
#pragma once

#include <string>
#include <vector>

#include "index/database/sqlite.h"
#include "storage/types.h"

namespace checkpointfs::index {

// Adds those of all snapshots of the index. REQUIRES: a transaction.
void keep_known_jobs(Connection& db);

// The jobs that the index has known, by source and path; empty if there is no index. Throws Failure(kIndex),
// IndexError.
std::vector<storage::Place> known_jobs(const std::string& index_file);

}  // namespace checkpointfs::index
