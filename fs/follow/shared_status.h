// SPDX-License-Identifier: Apache-2.0
// The status of a Follower, which its parts write and requests read.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "fs/status/control_status.h"

namespace checkpointfs::fs {

// Thread-safe.
class SharedStatus {
 public:
  using Clock = std::chrono::steady_clock;

  struct Values : FollowStatus {
    std::optional<Clock::time_point> behind_since;  // the first change that is not shown yet was heard of
  };

  // `scanned`: when the scan before the mount was.
  explicit SharedStatus(std::chrono::system_clock::time_point scanned) { values_.scanned = scanned; }

  // Calls `change` with the Values. REQUIRES: `change` makes no system call.
  template <typename Change>
  void change(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(values_);
  }

  // Without the status of the file check.
  FollowStatus get() const {
    const std::lock_guard lock(mutex_);
    FollowStatus status = values_;
    if (values_.behind_since)
      status.behind_seconds = std::chrono::duration<double>(Clock::now() - *values_.behind_since).count();
    return status;
  }

 private:
  mutable std::mutex mutex_;
  Values values_;
};

}  // namespace checkpointfs::fs
