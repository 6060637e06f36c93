// SPDX-License-Identifier: Apache-2.0
// Rows of reader_queries.h as values.
#pragma once

#include <string>

#include "index/sqlite.h"
#include "index/types.h"

namespace checkpointfs::index {

// Column of the projected name in the queries for files; of the ordinal, where there is one.
constexpr int kNameColumn = 18;
constexpr int kOrdinalColumn = 19;

Root root_of(const Statement& row);
Mapping mapping_of(const Statement& row);
Node directory_of(const Statement& row);
Node metadata_of(const Statement& row);
Node file_of(const Statement& row);
FileLocation location_of(const Statement& row);
Snapshot snapshot_of(const Statement& row);

}  // namespace checkpointfs::index
