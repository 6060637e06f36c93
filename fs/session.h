// SPDX-License-Identifier: Apache-2.0
// What the callbacks of one mount work on.
#pragma once

#include <string>
#include <utility>

#include "base/repeats.h"
#include "fs/beginning.h"
#include "fs/holds.h"
#include "fs/inode_files.h"
#include "fs/io_mode.h"
#include "fs/live_texts.h"
#include "fs/page_cache.h"
#include "fs/passthrough.h"
#include "fs/mount_state.h"
#include "fs/pusher.h"
#include "fs/releases.h"
#include "fs/shown.h"

namespace checkpointfs::fs {

class Follower;

struct Session {
  // REQUIRES: all outlive it.
  Session(Shown& shows, MountState& mount, Holds& held, Releases& released, IoChoice choice)
      : shown(shows), state(mount), holds(held), releases(released), io(std::move(choice)) {}

  Shown& shown;
  MountState& state;
  Holds& holds;
  Releases& releases;
  IoChoice io;
  fuse_session* fuse = nullptr;  // set before anything is answered
  Follower* follower = nullptr;  // likewise
  Beginning beginning;
  uint64_t capable = 0;  // FUSE_CAP_* that the kernel has
  std::string io_uring;  // "on", or "off, " and the reason
  PageCache pages;
  Passthrough passthrough;
  InodeFiles inode_files;  // kPush: nothing is open
  LiveTexts live_texts;
  base::Repeats failures;
  Pusher pusher{shown, pages};
};

}  // namespace checkpointfs::fs
