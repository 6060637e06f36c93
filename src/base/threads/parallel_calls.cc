// SPDX-License-Identifier: Apache-2.0
#include "base/threads/parallel_calls.h"

#include <chrono>

#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::base {
namespace {

// Waking the threads takes as long as a hundred calls of a local disk.
constexpr std::chrono::microseconds kAlone(200);

}  // namespace

ParallelCalls::~ParallelCalls() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ParallelCalls::wake() {
  if (threads_.empty() && wanted_ > 1)
    start_signal_blocked_threads(threads_, wanted_ - 1, [this] { serve(); });
  wake_.notify_all();
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
  const auto begin = std::chrono::steady_clock::now();
  const auto is_long = [begin] { return std::chrono::steady_clock::now() - begin > kAlone; };
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    next_ = 0;
    count_ = count;
    unfinished_ = count;
  }
  bool awake = is_slow_;
  if (awake) wake();
  for (size_t item = 0; take(&item);) {
    work(item);
    finish();
    if (awake || !is_long()) continue;
    wake();
    awake = true;
  }
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return unfinished_ == 0; });
  is_slow_ = is_long();
  next_ = count_ = 0;
  work_ = nullptr;
}

}  // namespace checkpointfs::base
