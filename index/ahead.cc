// SPDX-License-Identifier: Apache-2.0
#include "index/ahead.h"

#include <signal.h>

#include <system_error>

namespace checkpointfs::index {

Ahead::~Ahead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Ahead::start_threads() {
  // Signals are the main thread's; new threads inherit the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    while (threads_.size() < wanted_) threads_.emplace_back([this] { serve(); });
  } catch (const std::system_error&) {
    // Fewer do the same, only slower.
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Ahead::add(std::function<void()> work) {
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

void Ahead::serve() {
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

}  // namespace checkpointfs::index
