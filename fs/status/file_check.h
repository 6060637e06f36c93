// SPDX-License-Identifier: Apache-2.0
// A slow background check: compares every state file that the index knows with the storage, and reports
// differences. The thread holds no lock, makes one call at a time, and rests between them, for longer while
// programs read.
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
  // The beginning of the last check that was completed; nothing: none was.
  std::optional<std::chrono::system_clock::time_point> completed;
  uint64_t files = 0;  // in that check
  bool is_running = false;
};

class FileCheck {
 public:
  // Decides the rest of the thread before the next check, in multiples of the time that the last one took.
  enum class Urgency { kRoutine, kSoon, kNow };
  // Returns the paths of the roots that must not be checked.
  using Refused = std::function<std::set<std::string>()>;
  // Returns a number that grows with the requests of programs.
  using Requests = std::function<uint64_t()>;
  // Takes rows of state files that differ. The thread calls it, several times in one check if there are many.
  using Report = std::function<void(std::vector<int64_t> state_files)>;

  // REQUIRES: `calls` outlives it.
  FileCheck(std::string index_file, base::StoreCalls& calls, Refused refused, Requests requests,
            Report report);
  ~FileCheck();
  FileCheck(const FileCheck&) = delete;
  FileCheck& operator=(const FileCheck&) = delete;

  // Returns false if no thread could be started. REQUIRES: called once.
  bool start();
  // Any thread. Returns false if the thread has not ended in time: a store that hangs may keep it for ever.
  bool stop(std::chrono::milliseconds patience);
  // Requests a check, after the one that is running. Any thread.
  void begin(Urgency urgency);

  FileCheckStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  struct Outcome {
    uint64_t files = 0;  // that were checked
    bool is_complete = false;
  };

  // Waits until a check is due. Returns false if the thread must end.
  bool wait();
  Outcome check();
  // Leaves the store alone for at least the time that it was just used, unless the check is urgent. Returns
  // false if the thread must end.
  bool rest(Clock::duration used);

  const std::string index_file_;
  base::StoreCalls& calls_;
  const Refused refused_;
  const Requests requests_;
  const Report report_;

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::condition_variable changed_;
  std::optional<Urgency> wanted_;
  bool in_haste_ = false;
  bool is_stopping_ = false;
  Clock::time_point ended_;
  Clock::duration took_{0};
  FileCheckStatus status_;

  uint64_t seen_requests_ = 0;  // used by the thread only

  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
