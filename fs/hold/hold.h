// SPDX-License-Identifier: Apache-2.0
// A hold: a snapshot as it was at one moment with all its bytes, whatever becomes of it in the sources.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/errors.h"
#include "fs/hold/held_descriptors.h"
#include "fs/projection/inode.h"
#include "fs/projection/open_file.h"
#include "fs/projection/view.h"

namespace checkpointfs::fs {

class Projection;

// A file of the snapshot is gone or changed, so that no copy of the snapshot would be complete.
class LostSnapshot : public base::SystemError {
 public:
  LostSnapshot(const std::string& message, int64_t lost) : SystemError(ESTALE, message), file(lost) {}
  const int64_t file;  // its row; 0: the metadata
};

// The snapshot needs more descriptors than are free.
class TooManyFiles : public base::SystemError {
 public:
  explicit TooManyFiles(const std::string& message) : SystemError(EMFILE, message) {}
};

// Immutable, so any thread may use it.
class Hold {
 public:
  struct Listed {
    Entry entry;
    uint64_t position = 0;
  };
  // A directory above the snapshot.
  struct Ancestor {
    std::string path;
    Entry entry;
  };

  // Takes the directory `snapshot` as `projection` shows it: opens all its files, but for those that are
  // known to be broken. Null if it is no snapshot, or its metadata cannot be read. Throws LostSnapshot,
  // TooManyFiles.
  static std::shared_ptr<const Hold> take(Projection& projection, Inode snapshot,
                                          HeldDescriptors& descriptors);

  Inode snapshot() const { return directory_.inode; }
  Inode metadata() const;
  const Entry& directory() const { return directory_; }
  Inode parent() const { return parent_; }
  const std::string& path() const { return path_; }  // in the projection
  const std::vector<Ancestor>& ancestors() const { return ancestors_; }
  // "." and ".." first.
  const std::vector<Listed>& list() const { return list_; }
  // `_metadata` or a file of the snapshot; null if there is none.
  const Entry* find(std::string_view name) const;
  const Entry* find(Inode inode) const;
  bool has(Inode inode) const { return by_inode_.contains(inode); }
  // Null if the file is not held, because it was broken.
  std::unique_ptr<OpenFile> open(Inode inode) const;
  size_t files() const { return files_.size(); }
  // True if none of the files was known to be broken.
  bool is_whole() const { return files_.size() + 1 == by_inode_.size(); }

 private:
  struct File {
    HeldDescriptors::Descriptor fd;
    uint64_t start = 0;
    uint64_t length = 0;
    uint64_t file_size = 0;
    int64_t file_mtime_ns = 0;
  };

  Hold() = default;
  void describe(Projection& projection);
  void open_files(Projection& projection, HeldDescriptors& descriptors);

  Entry directory_;
  Inode parent_ = 0;
  std::string path_;
  std::vector<Ancestor> ancestors_;
  std::vector<Listed> list_;
  std::unordered_map<std::string_view, size_t> by_name_;  // into list_
  std::unordered_map<Inode, size_t> by_inode_;            // likewise
  std::shared_ptr<const std::string> metadata_;
  std::unordered_map<Inode, File> files_;
};

}  // namespace checkpointfs::fs
