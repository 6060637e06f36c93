// SPDX-License-Identifier: Apache-2.0
// Sees to it that a store that hangs is told of, and that it does not keep a mount from its end.
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

// A thread that looks twice a second.
class Watchdog {
 public:
  // Neither waits for a store.
  struct Actions {
    std::function<bool()> is_ending;  // asked until it is true, or expect_end() was called
    std::function<void()> unmount;    // by force; called if the end takes too long, until is_unmounted()
  };
  // `index_file`: what this process has open of it is closed before it is ended.
  Watchdog(std::shared_ptr<StoreLimiter> stores, const std::string& index_file, Actions actions);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // If this object still lives in a few seconds, something waits for a store that hangs: it is unmounted and
  // the process ended. Any thread.
  void expect_end();
  // The end is near, and no action is called from now on. Any thread.
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
  std::vector<std::thread> threads_;  // one, if the system gives it
};

// Ends the process with exit code 0, whatever its threads wait for, after saying for which stores. A thread
// in a store that cannot even be killed keeps what the process has open: so its part in the index is closed.
[[noreturn]] void end_without_waiting(const StoreLimiter& stores, const std::string& index_file);

}  // namespace checkpointfs::fs
