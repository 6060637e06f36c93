// SPDX-License-Identifier: Apache-2.0
// The sources and mappings as the index keeps them.
#pragma once

#include <vector>

#include "index/database/sqlite.h"
#include "index/scan/configuration.h"
#include "storage/types.h"

namespace checkpointfs::index {

// The configuration that the index now holds.
struct StoredConfiguration {
  std::vector<storage::Root> roots;
  std::vector<storage::Mapping> mappings;
};

// Brings the index in line with `configuration`; what snapshots must be read again because of it is marked
// so. Inferred mappings stay as long as they lie in a source and do not contradict the given ones. Row ids of
// roots never change.
StoredConfiguration store_configuration(Connection& db, const Configuration& configuration);

}  // namespace checkpointfs::index
