// SPDX-License-Identifier: Apache-2.0
// A latch: the mount answers from now on, or it never will.
#pragma once

#include <atomic>

namespace checkpointfs::fs {

// Any thread.
class MountReady {
 public:
  void set() { decide(kCame); }
  void cancel() { decide(kNever); }
  // Waits until set() or cancel() was called, and returns whether set() was called first.
  bool wait() const {
    state_.wait(kUnknown);
    return state_ == kCame;
  }

 private:
  enum State { kUnknown, kCame, kNever };

  void decide(State state) {
    State unknown = kUnknown;
    state_.compare_exchange_strong(unknown, state);
    state_.notify_all();
  }

  std::atomic<State> state_ = kUnknown;
};

}  // namespace checkpointfs::fs
