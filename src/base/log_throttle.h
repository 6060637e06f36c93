// SPDX-License-Identifier: Apache-2.0
// Rate-limits the log of failures that may happen many times a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace checkpointfs::base {

// In any minute each text passes once, and no more than a hundred do. Thread-safe.
class LogThrottle {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kPeriod{60};
  static constexpr size_t kTexts = 100;

  struct Verdict {
    bool passes = false;
    size_t left_out = 0;  // how many did not pass in the period before, told once
  };
  // REQUIRES: `now` never goes back by more than moments.
  Verdict ask(std::string_view text, Clock::time_point now = Clock::now());

 private:
  std::mutex mutex_;  // guards what follows
  std::optional<Clock::time_point> begin_;
  std::unordered_set<std::string> passed_;
  size_t left_out_ = 0;
};

}  // namespace checkpointfs::base
