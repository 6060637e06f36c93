// SPDX-License-Identifier: Apache-2.0
// The state files that the index knows, for those who look whether they are still there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::index {

class Connection;

// A connection of its own, which sees the index as it is at each call. Not thread-safe. Throws
// base::Failure(kIndex) and IndexError as Reader does.
class KnownFiles {
 public:
  explicit KnownFiles(const std::string& index_file);
  ~KnownFiles();
  KnownFiles(const KnownFiles&) = delete;
  KnownFiles& operator=(const KnownFiles&) = delete;

  struct File {
    int64_t id = 0;
    int64_t root_id = 0;
    std::string path;
    storage::FileStatus status = storage::FileStatus::kOk;
    int64_t size = 0;
    int64_t mtime_ns = 0;
  };
  // A page of all that lie beneath a root, sound or not, after the row `after`; empty at the end.
  std::vector<File> after(int64_t after);
  // The directories that hold them, below their roots, without a slash at the end.
  void directories(const std::function<void(const storage::Root& root, const std::string& path)>& take);
  // The rows of those that lie there: none, or one.
  std::vector<int64_t> at(const std::string& root_path, const std::string& path);
  // Is true if a snapshot or a state file lies at or below this directory.
  bool is_any_below(const std::string& root_path, const std::string& path);

 private:
  std::unique_ptr<Connection> connection_;
};

}  // namespace checkpointfs::index
