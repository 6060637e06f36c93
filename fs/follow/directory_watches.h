// SPDX-License-Identifier: Apache-2.0
// Decides for each root whether inotify(7) tells of its changes or it must be polled, and keeps the watches.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "fs/follow/follow_options.h"
#include "fs/follow/shared_status.h"
#include "fs/projection/mount_state.h"
#include "index/rows/known_files.h"
#include "storage/types.h"
#include "storage/watcher.h"

namespace checkpointfs::fs {

// Not thread-safe.
class DirectoryWatches {
 public:
  // Asks each source for the type of its file system. REQUIRES: the references outlive it.
  DirectoryWatches(const FollowOptions& options, MountState& state, SharedStatus& status);

  // Sources that must be polled.
  const std::set<storage::Place>& polled() const { return polled_; }
  bool any_watched() const { return watcher_ != nullptr; }
  // For poll(2): readable when take() has changes. -1: nothing is watched.
  int fd() const { return watcher_ ? watcher_->fd() : -1; }
  // The changes since the last call. REQUIRES: any_watched().
  storage::Watcher::Changes take() { return watcher_->take(); }

  // Watches a directory that a scan has entered and that is open as `fd`. Returns false if that fails and the
  // source is polled from now on. REQUIRES: any_watched().
  bool watch(const storage::Place& directory, int fd);
  // Watches the directories of state files that are not watched yet. REQUIRES: any_watched().
  void watch_state_files(index::KnownFiles& known);

 private:
  void sort_sources();
  void poll_all(const std::string& why);
  // Returns whether the root must be polled, and sets `type` to that of its file system if it must. A root
  // that does not answer must be polled.
  bool is_to_be_polled(const std::string& root, std::string* type);
  bool is_watchable(const storage::Root& root);

  const FollowOptions& options_;
  MountState& state_;
  SharedStatus& status_;
  std::set<storage::Place> polled_;
  std::unique_ptr<storage::Watcher> watcher_;  // null: nothing is watched
  std::map<std::string, bool> watchable_;      // roots that are no sources
};

}  // namespace checkpointfs::fs
