// SPDX-License-Identifier: Apache-2.0
// Waits for signals, and calls the actions of a mount.
#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <thread>

namespace checkpointfs::fs {

// All are called by the thread of Signals.
struct SignalActions {
  std::function<void()> stop;    // SIGTERM, SIGINT: once
  std::function<void()> hangup;  // SIGHUP
  std::function<void()> rescan;  // SIGUSR1
  bool hangup_stops = false;     // SIGHUP calls `stop`
};

// Blocks these signals in the calling thread, and so in all threads that it starts, and waits for them in a
// thread. After `stop` that thread interrupts the system calls of the calling thread until finish() or the
// end of this object, so that no signal is lost that comes just before a system call. REQUIRES: constructed
// before any thread that does not block these signals.
class Signals {
 public:
  explicit Signals(SignalActions actions);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Ends the thread; the signals stay blocked. Must be called as soon as the work that `stop` ends has ended:
  // later system calls must not be interrupted, such as libfuse's wait for fusermount3.
  void finish();

 private:
  void wait();

  SignalActions actions_;
  pthread_t interrupted_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace checkpointfs::fs
