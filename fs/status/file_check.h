// SPDX-License-Identifier: Apache-2.0
// Looks at every state file that the index knows, and reports those that are not as they were: a thread that
// takes its time, holds no lock, and makes one call at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/threads/stoppable_thread.h"
#include "base/threads/store_calls.h"

namespace checkpointfs::fs {

struct FileCheckStatus {
  // When the last look at all files began that came to its end; nothing: none has yet.
  std::optional<std::chrono::system_clock::time_point> completed;
  uint64_t files = 0;  // that it looked at
  bool is_running = false;
};

class FileCheck {
 public:
  // How long it rests after a look before it begins the next one: so many times what that took.
  enum class Urgency { kRoutine, kSoon, kNow };
  // Paths of roots that are not to be looked at.
  using Refused = std::function<std::set<std::string>()>;
  // Gets rows of state files. Called by the thread, several times in one look if there are many.
  using Report = std::function<void(std::vector<int64_t> state_files)>;

  // REQUIRES: `calls` outlives it.
  FileCheck(std::string index_file, base::StoreCalls& calls, Refused refused, Report report);
  ~FileCheck();
  FileCheck(const FileCheck&) = delete;
  FileCheck& operator=(const FileCheck&) = delete;

  // Once. False: the system gives no thread.
  bool start();
  // Any thread. Returns whether the thread has ended: a store that hangs may keep it for ever.
  bool stop(std::chrono::milliseconds patience);
  // Has it look at all files, after the look that is under way, if one is. Any thread.
  void begin(Urgency urgency);

  FileCheckStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  // Waits until a look is due; false: the thread is to end.
  bool wait();
  // True if all files could be looked at.
  bool look(uint64_t* files);
  // Leaves the store alone for as long as it was just used, unless there is haste. Returns is_stopping().
  bool rest(Clock::duration used);

  const std::string index_file_;
  base::StoreCalls& calls_;
  const Refused refused_;
  const Report report_;

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::condition_variable changed_;
  std::optional<Urgency> wanted_;
  bool in_haste_ = false;
  bool is_stopping_ = false;
  Clock::time_point ended_;
  Clock::duration took_{0};
  FileCheckStatus status_;

  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
