// SPDX-License-Identifier: Apache-2.0
// What the callbacks of one mount work on.
#pragma once

#include <string>
#include <utility>

#include "fs/inode_files.h"
#include "fs/io_mode.h"
#include "fs/live_texts.h"
#include "fs/page_cache.h"
#include "fs/passthrough.h"
#include "fs/projection.h"
#include "fs/pusher.h"

namespace checkpointfs::fs {

struct Session {
  // REQUIRES: the projection outlives it.
  Session(Projection& shown, IoChoice choice) : projection(shown), io(std::move(choice)) {}

  Projection& projection;
  IoChoice io;
  fuse_session* fuse = nullptr;  // set before anything is answered
  uint64_t capable = 0;          // FUSE_CAP_* that the kernel has
  std::string io_uring;          // "on", or "off, " and the reason
  PageCache pages;
  Passthrough passthrough;
  InodeFiles inode_files;  // kPush: nothing is open
  LiveTexts live_texts;
  Pusher pusher{projection, pages};
};

}  // namespace checkpointfs::fs
