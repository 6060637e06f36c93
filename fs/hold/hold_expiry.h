// SPDX-License-Identifier: Apache-2.0
// Ends holds when their time has come: a thread that also sees who is inside of a snapshot.
#pragma once

#include <chrono>
#include <string>

#include "base/threads/stoppable_thread.h"
#include "fs/hold/holds.h"
#include "fs/projection/cache_invalidator.h"

namespace checkpointfs::fs {

class HoldExpiry {
 public:
  // `kernel`: as the follower tells it. REQUIRES: the references outlive it.
  HoldExpiry(std::string mount_point, std::chrono::seconds grace, Holds& holds, CacheInvalidator& kernel);
  ~HoldExpiry();
  HoldExpiry(const HoldExpiry&) = delete;
  HoldExpiry& operator=(const HoldExpiry&) = delete;

  // REQUIRES: the mount answers.
  void start();
  // Any thread. Returns whether the thread has ended: a store that hangs may keep it for ever.
  bool stop(std::chrono::milliseconds patience);

 private:
  void run();
  void look();

  const std::string mount_point_;
  const std::chrono::milliseconds interval_;
  Holds& holds_;
  CacheInvalidator& kernel_;
  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
