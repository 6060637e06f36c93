// SPDX-License-Identifier: Apache-2.0
// The moment from which a mount answers.
#pragma once

#include <atomic>

namespace checkpointfs::fs {

// Any thread.
class MountReady {
 public:
  void set() { decide(kCame); }
  void cancel() { decide(kNever); }
  // Waits until one of these was called, and returns whether it was the first.
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
