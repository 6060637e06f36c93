// SPDX-License-Identifier: Apache-2.0
// What the callbacks of one mount work on.
#pragma once

#include <string>
#include <utility>

#include "base/log_throttle.h"
#include "fs/fuse/mount_ready.h"
#include "fs/hold/removal_through_mount.h"
#include "fs/hold/shown_tree.h"
#include "fs/io/inode_files.h"
#include "fs/io/io_mode.h"
#include "fs/io/live_texts.h"
#include "fs/io/page_cache.h"
#include "fs/io/passthrough.h"
#include "fs/io/prefetcher.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"

namespace checkpointfs::fs {

class Follower;

struct Session {
  // REQUIRES: all outlive it.
  Session(CurrentProjection& shows, MountState& mount, ShownTree& shown_tree,
          RemovalThroughMount& removal_through_mount, IoChoice choice)
      : shown(shows), state(mount), tree(shown_tree), removal(removal_through_mount), io(std::move(choice)) {}

  CurrentProjection& shown;
  MountState& state;
  ShownTree& tree;
  RemovalThroughMount& removal;
  IoChoice io;
  fuse_session* fuse = nullptr;  // set before anything is answered
  Follower* follower = nullptr;  // likewise
  MountReady ready;
  uint64_t capable = 0;  // FUSE_CAP_* that the kernel has
  std::string io_uring;  // "on", or "off, " and the reason
  PageCache pages;
  Passthrough passthrough;
  InodeFiles inode_files;  // kPush: nothing is open
  LiveTexts live_texts;
  base::LogThrottle failures;
  Prefetcher prefetcher{shown, pages};
};

}  // namespace checkpointfs::fs
