// SPDX-License-Identifier: Apache-2.0
// What a mount shows at the moment.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// Thread-safe. Whoever answers the kernel takes the projection once and keeps it until the answer is made.
class CurrentProjection {
 public:
  explicit CurrentProjection(std::shared_ptr<Projection> first) : projection_(std::move(first)) {}

  std::shared_ptr<Projection> get() const {
    const std::lock_guard lock(mutex_);
    return projection_;
  }
  // Returns what was shown before.
  std::shared_ptr<Projection> exchange(std::shared_ptr<Projection> next) {
    const std::lock_guard lock(mutex_);
    return std::exchange(projection_, std::move(next));
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Projection> projection_;
};

}  // namespace checkpointfs::fs
