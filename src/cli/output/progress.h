// SPDX-License-Identifier: Apache-2.0
// One line on the terminal for work that takes more than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// Writes "<what>: <done>[ of <total>] <noun>s", or any text, to standard error, at most ten times a second,
// from the second second on, and only if standard error is a terminal and remarks are printed (messages.h).
// The line is wiped at the end. Not thread-safe.
class Progress {
 public:
  Progress(std::string what, std::string noun);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // total 0: not known.
  void update(uint64_t done, uint64_t total);
  // Writes "<what>: <text>". `text` is called only if the line is due.
  void update(const std::function<std::string()>& text);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::string noun_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace checkpointfs::cli
