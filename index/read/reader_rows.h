// SPDX-License-Identifier: Apache-2.0
// Rows of reader_queries.h as values.
#pragma once

#include <vector>

#include "index/database/sqlite.h"
#include "index/database/types.h"
#include "storage/types.h"

namespace checkpointfs::index {

// Columns of the name, and of the ordinal, in the queries that file_of() is for; of the name in those for
// location_of().
constexpr int kNameColumn = 10;
constexpr int kOrdinalColumn = 11;
constexpr int kLocationNameColumn = 15;

storage::Root root_of(const Statement& row);
storage::Mapping mapping_of(const Statement& row);
Node directory_of(const Statement& row);
Node metadata_of(const Statement& row);
Node file_of(const Statement& row);
FileLocation location_of(const Statement& row);
Snapshot snapshot_of(const Statement& row);

// All rows of the two tables that are read whole everywhere.
std::vector<storage::Root> read_roots(Connection& db);
std::vector<storage::Mapping> read_mappings(Connection& db);

}  // namespace checkpointfs::index
