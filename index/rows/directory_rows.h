// SPDX-License-Identifier: Apache-2.0
// Writing the table `directories`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "index/database/sqlite.h"
#include "index/rows/passages.h"
#include "storage/walk.h"

namespace checkpointfs::index {

class DirectoryRows {
 public:
  // REQUIRES: both outlive it.
  DirectoryRows(Connection& db, const Passages& passages) : db_(db), passages_(passages) {}

  std::optional<int64_t> find(int64_t root_id, const std::string& path);
  // The row of `directory`, made if it is not there, as those above it; new ones get `mtime_ns`.
  int64_t ensure(int64_t root_id, storage::FoundDirectory& directory, int64_t mtime_ns);
  // Gives each directory the time of its `_metadata`, or else of the newest snapshot below, and removes those
  // that lead to no snapshot, except the root and the sources.
  void tidy();

 private:
  Connection& db_;
  const Passages& passages_;
};

}  // namespace checkpointfs::index
