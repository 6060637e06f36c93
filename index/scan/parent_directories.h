// SPDX-License-Identifier: Apache-2.0
// ParentDirectories: the directories of files that are looked at, opened once for all files in one of them.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/unique_fd.h"
#include "index/database/rooted_path.h"
#include "storage/resolver.h"
#include "storage/root_directories.h"
#include "storage/state_file.h"

namespace checkpointfs::index {

class ParentDirectories {
 public:
  // REQUIRES: `roots` outlives it, and so do the locations that are added.
  explicit ParentDirectories(const storage::ScanRoots& roots) : roots_(roots) {}

  // REQUIRES: all files are added before the first look.
  void add(const storage::Location& file);
  // The answer of storage::look_at(), or nothing: the root is silent. Thread-safe.
  std::optional<storage::StateFileFacts> look_at(const storage::Location& file);

 private:
  struct Directory {
    size_t files = 0;
    std::once_flag is_opened;
    std::shared_ptr<const base::UniqueFd> fd;  // null if it cannot be opened
  };
  // Null if it is not worth while, or cannot be done.
  std::shared_ptr<const base::UniqueFd> open(const storage::Location& file);

  const storage::ScanRoots& roots_;
  std::unordered_map<RootedPathView, Directory, RootedPathHash, RootedPathEqual> directories_;
};

}  // namespace checkpointfs::index
