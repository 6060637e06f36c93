// SPDX-License-Identifier: Apache-2.0
// Answers requests on the processor of the program that asks.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace checkpointfs::fs {

// Moves the threads that answer to the processor of the readers, as AffinityPolicy decides. A thread of its
// own looks at the readers a hundred times a second while they ask quickly, and sleeps otherwise.
//
// No request waits long because of it: as soon as fewer requests are answered, for whatever reason, the next
// look gives back all processors to all threads. So a thread that waits for a store delays no other, as
// without this object.
//
// Thread-safe.
class Affinity {
 public:
  // `bytes_read`: the bytes in answers to READ; outlives this object.
  explicit Affinity(const std::atomic<uint64_t>& bytes_read);
  ~Affinity();
  Affinity(const Affinity&) = delete;
  Affinity& operator=(const Affinity&) = delete;

  // REQUIRES: called before start().
  void disable(std::string why);
  // Does nothing if disabled.
  void start();
  // Ends the thread; all threads may run on all processors then.
  void stop();

  // Must be called by each thread that answers a request, before the answer. `reader`: the thread that asks,
  // 0 if unknown.
  void asked(pid_t reader) {
    if (!is_running_.load(std::memory_order_relaxed)) return;
    const uint64_t number = requests_.fetch_add(1, std::memory_order_relaxed);
    readers_[number % readers_.size()].store(reader, std::memory_order_relaxed);
    if (number % kWakingRequests == 0 && is_asleep_.load(std::memory_order_relaxed)) wake();
    if (!is_registered_) add_this_thread();
  }

  // "on" and the processors in use, or "off, " and the reason.
  std::string state() const;
  // The number of times that one processor was chosen.
  uint64_t choices() const { return choices_; }

 private:
  static constexpr uint64_t kWakingRequests = 32;
  static constexpr int kAll = -1;  // all processors

  void run();
  // A thread that answers, until it ends.
  class Registration;

  void wake();
  void add_this_thread();
  void remove(pid_t thread);
  void move_to(int processor);
  void free_all_threads() const;
  std::vector<int> processors_of_readers() const;

  const std::atomic<uint64_t>& bytes_read_;
  std::string why_not_;
  std::atomic<bool> is_running_ = false;
  std::atomic<uint64_t> requests_ = 0;
  std::array<std::atomic<pid_t>, 8> readers_{};
  std::atomic<int> chosen_ = kAll;
  std::atomic<uint64_t> choices_ = 0;
  static thread_local bool is_registered_;

  std::mutex answering_mutex_;    // guards what follows
  std::vector<pid_t> answering_;  // the threads that answer

  std::atomic<bool> is_asleep_ = false;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool is_woken_ = false;
  bool is_stopping_ = false;

  std::vector<std::thread> threads_;  // one, or none
};

}  // namespace checkpointfs::fs
