// SPDX-License-Identifier: Apache-2.0
#include "base/threads/task_pool.h"

#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::base {

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void TaskPool::start_threads() {
  start_signal_blocked_threads(threads_, wanted_, [this] { serve(); });
}

void TaskPool::add(std::function<void()> work) {
  if (threads_.empty()) start_threads();
  if (threads_.empty()) {
    work();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void TaskPool::serve() {
  ::pthread_setname_np(::pthread_self(), "ahead");
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      if (stop_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace checkpointfs::base
