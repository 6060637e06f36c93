// SPDX-License-Identifier: Apache-2.0
// Ends the serving of a mount when the process is asked to stop.
#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <thread>

namespace checkpointfs::fs {

// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread (and so in all that it starts) and waits for them
// in a thread of its own, which calls `stop` once and then interrupts the calling thread's system calls until
// finish() or the end of this object: a signal that comes just before the thread goes to sleep is not lost.
// REQUIRES: made before any other thread is.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Interrupts nothing from now on; the signals stay blocked. To be called when what `stop` ends has ended:
  // what comes then, as libfuse's waiting for fusermount3 to unmount, must be let finish.
  void finish();

 private:
  void wait();

  std::function<void()> stop_;
  pthread_t interrupted_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace checkpointfs::fs
