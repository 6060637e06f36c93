// SPDX-License-Identifier: Apache-2.0
// The users who may pass through the directories that lead to state files: the column `passage` of
// state_directories.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/database/sqlite.h"
#include "storage/access.h"
#include "storage/root_directories.h"
#include "storage/types.h"

namespace checkpointfs::index {

// One per scan. Not thread-safe.
class Passages {
 public:
  // REQUIRES: `db` and `directories` outlive it.
  Passages(Connection& db, const std::vector<storage::Root>& roots, const storage::ScanRoots& directories);

  // Through "/" and all else that is above the root. Nothing is above a bucket that the program itself has
  // mounted in its closed directory: who may see that is asked of the bucket.
  storage::Passage above(int64_t root_id) const { return above_.at(root_id); }

  // Looks at directories of which nothing is known, or at all of them; at those at or below `path`. A
  // directory that cannot be looked at is closed; the directories of a silent root stay as they were.
  // Snapshots whose files are shown in another way after it are marked as changed by the scan `scan`.
  // REQUIRES: within a transaction.
  void look_at_unknown();
  void look_at_all();
  void look_below(int64_t root_id, const std::string& path);
  void mark_changed(int64_t scan);

 private:
  struct Row {
    int64_t id = 0;
    int64_t root_id = 0;
    std::string path;  // '' or ending in a slash
    int64_t allowed = 0;
    storage::Passage passage;
  };
  void look_at(Statement& rows);
  void store(const Row& row);
  // Through all down to `path` beneath the root. Nothing: the root is silent.
  std::optional<storage::Passage> through(int64_t root_id, const std::string& path);

  Connection& db_;
  const storage::ScanRoots& directories_;
  std::map<int64_t, storage::Passage> above_;
  // Directories on the way to the one that was asked for last: rows come in the order of their paths.
  int64_t last_root_ = 0;
  std::vector<std::pair<std::string, storage::Passage>> last_;
};

}  // namespace checkpointfs::index
