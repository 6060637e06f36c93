// SPDX-License-Identifier: Apache-2.0
// Databases that a test writes with RocksDB itself.
#pragma once

#include <string>
#include <vector>

#include "state/rocksdb/database_files.h"

namespace checkpointfs::test {

struct Write {
  enum class Kind { kPut, kMerge, kDelete, kDeleteRange, kFlush };
  Kind kind = Kind::kPut;
  std::string key = {};
  std::string value = {};  // kDeleteRange: the end
};

// Writes to the column family `name` of a new database in `directory`, and flushes it at the end. Nothing is
// compacted, so that merge operands and removals stay.
void write_database(const std::string& directory, const std::string& name, const std::vector<Write>& writes);

// The files of a database on the disk.
std::vector<state::DatabaseFile> database_files(const std::string& directory);

}  // namespace checkpointfs::test
