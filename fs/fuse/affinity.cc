// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/affinity.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "base/text/numbers.h"
#include "base/threads/processors.h"
#include "base/threads/signal_blocked_threads.h"
#include "fs/fuse/affinity_policy.h"

namespace checkpointfs::fs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kInterval(10);
constexpr int kLooksBeforeSleep = 3;

}  // namespace

thread_local bool Affinity::is_registered_ = false;

class Affinity::Registration {
 public:
  explicit Registration(Affinity& affinity) : affinity_(affinity) {}
  ~Registration() { affinity_.remove(thread); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  const pid_t thread = ::gettid();

 private:
  Affinity& affinity_;
};

Affinity::Affinity(const std::atomic<uint64_t>& bytes_read) : bytes_read_(bytes_read) {
  switch (CPU_COUNT(&base::own_processors())) {
    case 0:
      disable("there are too many processors");
      break;
    case 1:
      disable("there is one processor");
      break;
    default:
      break;
  }
}

Affinity::~Affinity() {
  stop();
}

void Affinity::disable(std::string why) {
  why_not_ = std::move(why);
}

void Affinity::start() {
  if (!why_not_.empty()) return;
  base::start_signal_blocked_threads(threads_, 1, [this] { run(); });
  is_running_ = !threads_.empty();
}

void Affinity::stop() {
  is_running_ = false;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Affinity::wake() {
  if (!is_asleep_.exchange(false)) return;
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_one();
}

void Affinity::add_this_thread() {
  is_registered_ = true;
  static thread_local const Registration registration(*this);
  const std::lock_guard lock(answering_mutex_);
  answering_.push_back(registration.thread);
  if (const int processor = chosen_; processor != kAll) base::run_on(registration.thread, processor);
}

void Affinity::remove(pid_t thread) {
  const std::lock_guard lock(answering_mutex_);
  std::erase(answering_, thread);
}

// The thread of this object stays free: it must be able to take the choice back.
void Affinity::move_to(int processor) {
  if (chosen_.exchange(processor) == processor) return;
  ++choices_;
  const std::lock_guard lock(answering_mutex_);
  for (const pid_t thread : answering_) base::run_on(thread, processor);
}

// Also frees threads that inherited their processor from one that answers.
void Affinity::free_all_threads() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), &::closedir);
  if (!tasks) return;
  while (const dirent* entry = ::readdir(tasks.get())) {
    if (const auto thread = base::parse_number<pid_t>(std::string_view(entry->d_name)))
      ::sched_setaffinity(*thread, sizeof(cpu_set_t), &base::own_processors());
  }
}

std::vector<int> Affinity::processors_of_readers() const {
  std::vector<pid_t> threads;
  std::vector<int> processors;
  for (const std::atomic<pid_t>& reader : readers_) {
    const pid_t thread = reader.load(std::memory_order_relaxed);
    if (thread == 0 || std::ranges::find(threads, thread) != threads.end()) continue;
    threads.push_back(thread);
    const int processor = base::processor_of(thread);
    if (processor >= 0 && processor < CPU_SETSIZE &&
        CPU_ISSET(static_cast<size_t>(processor), &base::own_processors()))
      processors.push_back(processor);
  }
  return processors;
}

void Affinity::run() {
  ::pthread_setname_np(::pthread_self(), "affinity");
  AffinityPolicy policy;
  int quiet = 0;  // looks since the last one that chose a processor or saw many requests
  // Looks that must free all threads: one may have been started while the choice was taken back.
  int to_free = 0;
  uint64_t requests = requests_;
  uint64_t bytes = bytes_read_;
  Clock::time_point then = Clock::now();
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (quiet > kLooksBeforeSleep) {
      is_woken_ = false;
      is_asleep_ = true;
      changed_.wait(lock, [this] { return is_stopping_ || is_woken_; });
      quiet = 0;
      requests = requests_;
      bytes = bytes_read_;
      then = Clock::now();
    }
    if (changed_.wait_for(lock, kInterval, [this] { return is_stopping_; })) break;
    lock.unlock();
    const Clock::time_point now = Clock::now();
    const uint64_t requests_now = requests_;
    const uint64_t bytes_now = bytes_read_;
    const std::optional<int> chosen =
        policy.choose({.time = now - then, .requests = requests_now - requests, .bytes = bytes_now - bytes},
                      [this] { return processors_of_readers(); });
    quiet = chosen || requests_now - requests >= kWakingRequests ? 0 : quiet + 1;
    requests = requests_now;
    bytes = bytes_now;
    then = now;
    if (chosen) {
      move_to(*chosen);
      to_free = 0;
    } else if (chosen_.exchange(kAll) != kAll) {
      to_free = kLooksBeforeSleep;
    }
    if (to_free > 0) {
      free_all_threads();
      --to_free;
    }
    lock.lock();
  }
  lock.unlock();
  chosen_ = kAll;
  free_all_threads();
}

std::string Affinity::state() const {
  if (!why_not_.empty()) return "off, " + why_not_;
  if (!is_running_) return "off, the system gives no thread";
  const int processor = chosen_;
  return processor == kAll ? "on, all processors" : base::format("on, processor {}", processor);
}

}  // namespace checkpointfs::fs
