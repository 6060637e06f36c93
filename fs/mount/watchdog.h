// SPDX-License-Identifier: Apache-2.0
// Reports stores that hang, and ends the process if such a store keeps the mount from ending.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fs/status/store_limiter.h"

namespace checkpointfs::fs {

// A thread that checks twice a second.
class Watchdog {
 public:
  // Neither may wait for a store.
  struct Actions {
    std::function<bool()> is_ending;  // asked until it is true, or expect_end() was called
    std::function<void()> unmount;    // called if the end takes too long, but not after is_unmounted()
  };
  // `index_file`: its open descriptors are closed before the process is ended.
  Watchdog(std::shared_ptr<StoreLimiter> stores, const std::string& index_file, Actions actions);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // The mount should end now. If this object still lives in a few seconds, a thread waits for a store that
  // hangs: the mount is unmounted and the process ended. Any thread.
  void expect_end();
  // The same, and no action is called from now on. Any thread.
  void is_unmounted();

 private:
  void run();
  void expect_end_locked();

  const std::shared_ptr<StoreLimiter> stores_;
  const std::string index_file_;
  const Actions actions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<StoreLimiter::Clock::time_point> deadline_;
  bool mounted_ = true;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // one, or none if the system gives no thread
};

// Logs which stores hang, and ends the process with exit code 0 without waiting for its threads. A thread
// that cannot even be killed keeps the descriptors of the process open, so those of the index are closed
// first.
[[noreturn]] void end_without_waiting(const StoreLimiter& stores, const std::string& index_file);

}  // namespace checkpointfs::fs
