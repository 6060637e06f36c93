// SPDX-License-Identifier: Apache-2.0
// The entries of one keyed state in a RocksDB or ForSt database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "state/keyed/keyed_entries.h"
#include "state/rocksdb/database.h"

namespace checkpointfs::state {

// Which entries of a state to read.
struct RocksdbRange {
  // Others are skipped: after a rescaling, files hold key groups that belong to another handle.
  KeyGroups groups;
  // Only entries whose key (without the bytes of the key group) begins so; one seek for each key group.
  std::string key_prefix;
};

// The column family has the name of the state; a database without it has no entries. REQUIRES: the database
// outlives the entries.
// `prefix_length`: see key_group_prefix_length().
std::unique_ptr<KeyedEntries> rocksdb_entries(Database& database, std::string_view state,
                                              size_t prefix_length, RocksdbRange range);

}  // namespace checkpointfs::state
