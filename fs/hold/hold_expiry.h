// SPDX-License-Identifier: Apache-2.0
// A thread that ends expired holds, and holds the snapshots in which processes have their working directory.
#pragma once

#include <chrono>
#include <string>

#include "base/threads/stoppable_thread.h"
#include "fs/hold/shown_tree.h"
#include "fs/projection/cache_invalidator.h"

namespace checkpointfs::fs {

class HoldExpiry {
 public:
  // `kernel`: is sent the invalidations that were deferred. REQUIRES: the references outlive it.
  HoldExpiry(std::string mount_point, std::chrono::seconds grace, ShownTree& tree, CacheInvalidator& kernel);
  ~HoldExpiry();
  HoldExpiry(const HoldExpiry&) = delete;
  HoldExpiry& operator=(const HoldExpiry&) = delete;

  // REQUIRES: the mount answers requests.
  void start();
  // Any thread. Returns whether the thread has ended: a store that hangs may keep it for ever.
  bool stop(std::chrono::milliseconds patience);

 private:
  void run();
  // One turn of the thread.
  void look();

  const std::string mount_point_;
  const std::chrono::milliseconds interval_;
  ShownTree& tree_;
  CacheInvalidator& kernel_;
  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
