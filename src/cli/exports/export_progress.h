// SPDX-License-Identifier: Apache-2.0
// The progress of an export on the terminal: files, bytes, rate, time left.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "cli/output/progress.h"

namespace checkpointfs::cli {

// Thread-safe.
class ExportProgress {
 public:
  // `files`, `bytes`: of all snapshots.
  ExportProgress(uint64_t files, uint64_t bytes) : files_(files), bytes_(bytes) {}

  // Adds what was done since the last call, and prints the line if it is due and no other thread does.
  void add(uint64_t files, uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;
  const uint64_t files_;
  const uint64_t bytes_;
  const Clock::time_point begin_ = Clock::now();
  std::atomic<uint64_t> done_files_ = 0;
  std::atomic<uint64_t> done_bytes_ = 0;
  std::mutex mutex_;  // guards progress_; only ever tried
  Progress progress_{"exporting", "file"};
};

}  // namespace checkpointfs::cli
