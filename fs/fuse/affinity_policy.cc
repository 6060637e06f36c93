// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/affinity_policy.h"

#include <algorithm>

namespace checkpointfs::fs {
namespace {

// Slower readers wait for something else: for a store, or for their own work.
constexpr double kLeastRate = 2'000;       // requests a second
constexpr uint64_t kMostBytes = 32 << 10;  // for each request
constexpr int kAgreeing = 3;
// The first look after the choice sees both states, so it is not judged.
constexpr int kTrial = 4;
constexpr std::chrono::seconds kPause(2);

}  // namespace

std::optional<int> AffinityPolicy::take_back() {
  chosen_.reset();
  candidate_ = -1;
  return chosen_;
}

std::optional<int> AffinityPolicy::choose(const Look& look, const Readers& readers) {
  pause_ = std::max(pause_ - look.time, std::chrono::nanoseconds(0));
  const double rate =
      static_cast<double>(look.requests) / std::max(std::chrono::duration<double>(look.time).count(), 1e-6);
  const bool are_small = look.bytes <= look.requests * kMostBytes;
  if (rate < kLeastRate || !are_small || pause_.count() > 0) return take_back();
  const std::vector<int> processors = readers();
  const auto is_first = [&](int processor) { return processor == processors.front(); };
  if (processors.empty() || !std::ranges::all_of(processors, is_first)) return take_back();

  const int reader = processors.front();
  if (!chosen_) {
    if (candidate_ != reader) {
      candidate_ = reader;
      agreeing_ = 0;
      free_rate_ = 0;
    }
    free_rate_ += rate / kAgreeing;
    if (++agreeing_ < kAgreeing) return std::nullopt;
    judged_ = 0;
    bound_rate_ = 0;
    return chosen_ = reader;
  }
  chosen_ = reader;  // the scheduler has moved the reader
  if (judged_ < kTrial) {
    if (judged_++ > 0) bound_rate_ += rate / (kTrial - 1);
    if (judged_ == kTrial && bound_rate_ < free_rate_) {
      pause_ = kPause;
      return take_back();
    }
  }
  return chosen_;
}

}  // namespace checkpointfs::fs
