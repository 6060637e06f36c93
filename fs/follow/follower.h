// SPDX-License-Identifier: Apache-2.0
// Follower: a thread that keeps a mount like its sources.
//
// The parts of this folder, in the order in which one reads them:
//   SourceWatch       notices when a root is moved, unmounted or mounted over
//   DirectoryWatches  watches local directories by inotify, and sorts out the sources that must be polled
//   ChangeListener    hears of changes from both, from the check of all state files (fs/status) and from
//                     other threads, and collects what is due
//   IndexUpdater      scans what is due under the IndexLock, shows the new Projection, and has the kernel
//                     forget what differs from the one before
//   IndexConnections  the connections to the index that both keep open between updates
//   SharedStatus      what `.checkpointfs/status` and the metrics say of all this
// The folder relies on index/scan for the scan itself, which also tells which directories it enters (they are
// watched before they are listed, so no change is missed), and on fs/projection for the differences.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/threads/stoppable_thread.h"
#include "fs/follow/change_listener.h"
#include "fs/follow/follow_options.h"
#include "fs/follow/index_connections.h"
#include "fs/follow/index_updater.h"
#include "fs/follow/shared_status.h"
#include "fs/projection/cache_invalidator.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"

namespace checkpointfs::fs {

class Follower {
 public:
  // REQUIRES: the references outlive it.
  Follower(FollowOptions options, CurrentProjection& shown, MountState& state, CacheInvalidator& kernel);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // REQUIRES: the mount answers.
  void start();
  // Any thread. Returns whether the threads have ended: a store that hangs may keep one for ever, if it is
  // the only store.
  bool stop(std::chrono::milliseconds patience);

  // Any thread:

  // Scans everything.
  void rescan() { listener_.rescan(); }
  // The same, and checks every file that snapshots need at once.
  void rescan_with_files() { listener_.rescan_with_files(); }
  // Scans everything and opens the sources again: they were mounted anew, and what is open of them is dead.
  void reopen();
  // Scans the snapshots that need this file (a row), because opening it failed.
  void suspect(int64_t file) { listener_.suspect(file); }
  // SQLite found the index damaged while somebody read it.
  void note_damage();

  FollowStatus status() const;

 private:
  void run();

  const FollowOptions options_;
  MountState& state_;
  SharedStatus status_;
  IndexConnections index_;
  ChangeListener listener_;
  IndexUpdater updater_;
  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
