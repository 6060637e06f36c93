// SPDX-License-Identifier: Apache-2.0
// What a mount does when its process is sent a signal.
#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <thread>

namespace checkpointfs::fs {

// Called by a thread of its own.
struct SignalActions {
  std::function<void()> stop;    // SIGTERM, SIGINT: once
  std::function<void()> hangup;  // SIGHUP
  std::function<void()> rescan;  // SIGUSR1
  bool hangup_stops = false;     // SIGHUP is one of the first kind
};

// Blocks these signals in the calling thread (and so in all that it starts) and waits for them. After `stop`
// it interrupts the calling thread's system calls until finish() or the end of this object: a signal that
// comes just before the thread goes to sleep is not lost. REQUIRES: made before any other thread is.
class Signals {
 public:
  explicit Signals(SignalActions actions);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Does nothing from now on; the signals stay blocked. To be called when what `stop` ends has ended: what
  // comes then, as libfuse's waiting for fusermount3 to unmount, must be let finish.
  void finish();

 private:
  void wait();

  SignalActions actions_;
  pthread_t interrupted_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace checkpointfs::fs
