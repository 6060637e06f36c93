// SPDX-License-Identifier: Apache-2.0
// Removes snapshots from the storage that `rm -r` removes from the mount (-o release).
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "fs/hold/release_options.h"
#include "fs/hold/shown_tree.h"
#include "fs/projection/current_projection.h"
#include "removal/apply/apply.h"

namespace checkpointfs::fs {

// The first name that is removed from a snapshot begins the removal: its `_metadata` goes into the trash, and
// the snapshot is held, so that all other names stay until each of them is removed. The removal of the
// directory ends it: the files that no other snapshot needs go into the trash. Thread-safe. Errors are
// SystemErrors with the errno for the kernel, or exceptions of the index.
class RemovalThroughMount {
 public:
  // Without options every removal fails with EROFS. REQUIRES: the references outlive it.
  RemovalThroughMount(std::optional<ReleaseOptions> options, const CurrentProjection& shown, ShownTree& tree)
      : options_(options), shown_(shown), tree_(tree) {}

  // Finishes the removals that an earlier mount began. Throws SystemError.
  void resume();

  // `caller`: the user of the request. EACCES if the user could not remove the snapshot in the source either.
  void unlink(Inode directory, const std::string& name, const removal::Caller& caller);
  void rmdir(Inode parent, const std::string& name, const removal::Caller& caller);

 private:
  removal::Storage storage(Projection& now) const;
  std::string begin(Projection& now, Inode directory, const removal::Caller& caller);
  void finish(Projection& now, const std::string& plan, const std::string& path);
  // True if no visible name is left. REQUIRES: a directory.
  bool is_empty(Inode directory) const;

  const std::optional<ReleaseOptions> options_;
  const CurrentProjection& shown_;
  ShownTree& tree_;

  std::mutex changing_;  // held while files are moved: one removal after the other
};

}  // namespace checkpointfs::fs
