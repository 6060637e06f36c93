// SPDX-License-Identifier: Apache-2.0
// The objects that the callbacks of one mount share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/log_throttle.h"
#include "fs/fuse/affinity.h"
#include "fs/fuse/listings_ahead.h"
#include "fs/fuse/mount_ready.h"
#include "fs/hold/removal_through_mount.h"
#include "fs/hold/shown_tree.h"
#include "fs/io/inode_files.h"
#include "fs/io/io_mode.h"
#include "fs/io/live_texts.h"
#include "fs/io/page_cache.h"
#include "fs/io/passthrough.h"
#include "fs/io/prefetcher.h"
#include "fs/libfuse.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"

namespace checkpointfs::fs {

class Follower;

// Used by all threads that answer: each member is thread-safe, or is set before the first answer and constant
// from then on.
struct Session {
  // REQUIRES: the references outlive this object.
  Session(CurrentProjection& shows, MountState& mount, ShownTree& shown_tree,
          RemovalThroughMount& removal_through_mount, IoChoice choice)
      : shown(shows), state(mount), tree(shown_tree), removal(removal_through_mount), io(std::move(choice)) {}

  // The content. Callbacks ask `tree` for entries and files, and `shown` only for what no hold changes.
  CurrentProjection& shown;
  MountState& state;
  ShownTree& tree;
  RemovalThroughMount& removal;

  // Constant from the first answer on. REQUIRES: `fuse` and `follower` are set before the mount, and outlive
  // the last answer.
  const IoChoice io;
  fuse_session* fuse = nullptr;
  Follower* follower = nullptr;
  uint64_t capable = 0;  // FUSE_CAP_* that the kernel has, set by init()
  MountReady ready;      // set by init()
  // Set before the mount: names change only with the projection that is shown, and a thread may go on after
  // its answer.
  bool lists_ahead = false;

  Affinity affinity{state.counters.bytes_read};  // started and stopped by the owner of this object

  // The ways of bytes to the kernel.
  PageCache pages;          // stores small files into the kernel's page cache
  Passthrough passthrough;  // IoMode::kHybrid: large files that the kernel itself reads
  InodeFiles inode_files;   // IoMode::kPush, in which the kernel opens no file
  LiveTexts live_texts;     // texts whose size is told before they are read
  ListingsAhead listings_ahead;
  base::LogThrottle failures;
  // Its thread uses `shown` and `pages`, and ends first.
  Prefetcher prefetcher{shown, pages};
};

}  // namespace checkpointfs::fs
