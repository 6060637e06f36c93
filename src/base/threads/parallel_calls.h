// SPDX-License-Identifier: Apache-2.0
// Threads for many system calls at once: on network file systems each takes milliseconds, whatever the
// processors do. The caller begins alone, and wakes the threads if the calls, or those of the time before,
// take long: on a local disk it is through before they would be awake.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace checkpointfs::base {

// Hides the delay of network file systems, without asking too much of one.
inline constexpr size_t kStoreCallsAtOnce = 16;

class ParallelCalls {
 public:
  // `threads`: how many calls at once, that of the caller included. They are started when first needed.
  explicit ParallelCalls(size_t threads) : wanted_(threads) {}
  ~ParallelCalls();
  ParallelCalls(const ParallelCalls&) = delete;
  ParallelCalls& operator=(const ParallelCalls&) = delete;

  // Calls work(0) ... work(count-1), in any order and at once, and returns when all have returned. `work`
  // must not throw. REQUIRES: one call at a time.
  void run(size_t count, const std::function<void(size_t)>& work);

 private:
  // Wakes the threads, and starts them if they are not there.
  void wake();
  void serve();
  // Takes the next item off the current job; false if there is none.
  bool take(size_t* item);
  void finish();

  const size_t wanted_;
  std::vector<std::thread> threads_;
  bool is_slow_ = false;  // the calls of the last run() took long
  std::mutex mutex_;      // guards all below; never held while work runs
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(size_t)>* work_ = nullptr;
  size_t next_ = 0;
  size_t count_ = 0;
  size_t unfinished_ = 0;
  bool stop_ = false;
};

}  // namespace checkpointfs::base
