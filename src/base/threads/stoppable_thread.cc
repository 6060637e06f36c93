// SPDX-License-Identifier: Apache-2.0
#include "base/threads/stoppable_thread.h"

#include <pthread.h>

#include <utility>
#include <vector>

#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::base {

bool StoppableThread::start(const char* name, std::function<void()> run) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return true;
  std::vector<std::thread> threads;
  start_signal_blocked_threads(threads, 1, [this, name, run = std::move(run)] {
    ::pthread_setname_np(::pthread_self(), name);
    run();
    const std::lock_guard ending(mutex_);
    ended_ = true;
    changed_.notify_all();
  });
  ended_ = threads.empty();
  if (ended_) return false;
  thread_ = std::move(threads.front());
  return true;
}

bool StoppableThread::stop(std::chrono::milliseconds patience, const std::function<void()>& wake) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (wake) wake();
  if (patience == std::chrono::milliseconds::max()) {
    changed_.wait(lock, [this] { return ended_; });
  } else if (!changed_.wait_for(lock, patience, [this] { return ended_; })) {
    return false;
  }
  std::thread ended = std::move(thread_);
  lock.unlock();
  if (ended.joinable()) ended.join();
  return true;
}

bool StoppableThread::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool StoppableThread::sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace checkpointfs::base
