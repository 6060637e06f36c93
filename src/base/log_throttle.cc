// SPDX-License-Identifier: Apache-2.0
#include "base/log_throttle.h"

#include <utility>

namespace checkpointfs::base {

LogThrottle::Verdict LogThrottle::ask(std::string_view text, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Verdict verdict;
  if (!begin_ || now - *begin_ >= kPeriod) {
    begin_ = now;
    passed_.clear();
    verdict.left_out = std::exchange(left_out_, 0);
  }
  verdict.passes = passed_.size() < kTexts && passed_.emplace(text).second;
  if (!verdict.passes) ++left_out_;
  return verdict;
}

}  // namespace checkpointfs::base
