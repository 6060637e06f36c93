// SPDX-License-Identifier: Apache-2.0
// Decides on which processor a mount answers its readers.
//
// A program that reads many small files waits for an answer, then the mount waits for its next request. Only
// one of the two runs at a time. If the scheduler wakes the answering thread on another processor, which is
// idle, each request pays for an interrupt between processors, and for the end of the idle state. On the
// processor of the reader it pays for a switch of threads only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace checkpointfs::fs {

// One processor is chosen only while all recent readers run on it, and ask quickly and for few bytes: large
// reads overlap with the kernel's readahead, and several readers need several processors. The choice must
// prove itself: if requests are then answered more slowly than before, it is taken back for a while. So
// little is lost on machines where waking another processor is cheap. Not thread-safe.
class AffinityPolicy {
 public:
  // The requests since the look before.
  struct Look {
    std::chrono::nanoseconds time{0};
    uint64_t requests = 0;
    uint64_t bytes = 0;  // in answers to READ
  };
  // Returns the processors of recent readers; empty: unknown.
  using Readers = std::function<std::vector<int>()>;

  // Returns the processor to answer on until the next look, or nothing: all processors. Calls `readers` only
  // if the answer depends on them.
  std::optional<int> choose(const Look& look, const Readers& readers);

 private:
  std::optional<int> take_back();

  std::optional<int> chosen_;
  int candidate_ = -1;
  int agreeing_ = 0;       // looks that saw all readers on the candidate
  double free_rate_ = 0;   // requests a second on all processors, mean of the agreeing looks
  int judged_ = 0;         // looks since the choice
  double bound_rate_ = 0;  // sum of their requests a second
  std::chrono::nanoseconds pause_{0};
};

}  // namespace checkpointfs::fs
