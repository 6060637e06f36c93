// SPDX-License-Identifier: Apache-2.0
// A thread that is asked to end, and is not waited for longer than one likes: a store that hangs may keep it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace checkpointfs::base {

// Thread-safe.
class StoppableThread {
 public:
  StoppableThread() = default;
  // REQUIRES: it was not started, or stop() returned true.
  ~StoppableThread() = default;
  StoppableThread(const StoppableThread&) = delete;
  StoppableThread& operator=(const StoppableThread&) = delete;

  // Has a thread of this name call `run`, unless it is to end already. False: the system gives no thread.
  // REQUIRES: called once.
  bool start(const char* name, std::function<void()> run);
  // `wake`: called to have the thread look at is_stopping(). Returns whether it has ended.
  bool stop(std::chrono::milliseconds patience, const std::function<void()>& wake = {});
  bool is_stopping() const;
  // Called in the thread: sleeps. Returns is_stopping(), as soon as that is true.
  bool sleep(std::chrono::milliseconds time);

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::thread thread_;
  bool stopping_ = false;
  bool ended_ = true;
};

}  // namespace checkpointfs::base
