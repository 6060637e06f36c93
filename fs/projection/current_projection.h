// SPDX-License-Identifier: Apache-2.0
// The projection that a mount shows now.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// Thread-safe. A request takes the projection once and keeps it until its answer is made, so that the parts
// of one answer agree.
class CurrentProjection {
 public:
  explicit CurrentProjection(std::shared_ptr<Projection> first) : projection_(std::move(first)) {}

  std::shared_ptr<Projection> get() const {
    const std::lock_guard lock(mutex_);
    return projection_;
  }
  // Returns the projection before.
  std::shared_ptr<Projection> exchange(std::shared_ptr<Projection> next) {
    const std::lock_guard lock(mutex_);
    return std::exchange(projection_, std::move(next));
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Projection> projection_;
};

}  // namespace checkpointfs::fs
