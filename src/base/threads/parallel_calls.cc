// SPDX-License-Identifier: Apache-2.0
#include "base/threads/parallel_calls.h"

#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::base {

ParallelCalls::~ParallelCalls() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ParallelCalls::start() {
  if (wanted_ > 1) start_signal_blocked_threads(threads_, wanted_ - 1, [this] { serve(); });
}

bool ParallelCalls::take(size_t* item) {
  const std::lock_guard lock(mutex_);
  if (next_ == count_) return false;
  *item = next_++;
  return true;
}

void ParallelCalls::finish() {
  const std::lock_guard lock(mutex_);
  if (--unfinished_ == 0) done_.notify_one();
}

void ParallelCalls::serve() {
  ::pthread_setname_np(::pthread_self(), "workers");
  for (;;) {
    const std::function<void(size_t)>* work = nullptr;
    size_t item = 0;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || next_ < count_; });
      if (stop_) return;
      work = work_;
      item = next_++;
    }
    (*work)(item);
    finish();
  }
}

void ParallelCalls::run(size_t count, const std::function<void(size_t)>& work) {
  if (count < 2) {
    if (count == 1) work(0);
    return;
  }
  if (threads_.empty()) start();
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    next_ = 0;
    count_ = count;
    unfinished_ = count;
  }
  wake_.notify_all();
  for (size_t item = 0; take(&item);) {
    work(item);
    finish();
  }
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return unfinished_ == 0; });
  next_ = count_ = 0;
  work_ = nullptr;
}

}  // namespace checkpointfs::base
