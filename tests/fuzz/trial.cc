// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/trial.h"

#include <algorithm>
#include <ctime>

#include "base/text/message.h"
#include "flink/decode.h"
#include "tests/fuzz/allocations.h"
#include "tests/fuzz/properties.h"

namespace checkpointfs::fuzz {
namespace {

// Limits are several times the actual need.
constexpr uint64_t kMemoryPerByte = 32;
constexpr uint64_t kMemoryAtLeast = 32 << 10;
constexpr uint64_t kNanosecondsPerByte = 10'000;
constexpr uint64_t kNanosecondsAtLeast = 50'000'000;

// Counts this thread alone, because others may have the processor meanwhile.
uint64_t nanoseconds_used() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t memory_to_decode(std::string_view bytes) {
  const AllocationPeak peak;
  const auto metadata = flink::decode(bytes);
  return peak.bytes();
}

std::string problem_of(std::string_view bytes, Tally* tally, bool* accepted) {
  const uint64_t memory = memory_to_decode(bytes);
  if (memory > kMemoryAtLeast + kMemoryPerByte * bytes.size()) {
    return base::format("decoding {} bytes took {} bytes of memory", bytes.size(), memory);
  }
  if (bytes.size() >= 1024) tally->most_memory = std::max(tally->most_memory, memory / bytes.size());
  const Verdict decoded = check_decoding(bytes);
  if (!decoded.accepted || !decoded.problem.empty()) return decoded.problem;
  const Verdict rewritten = check_rewriting(bytes);
  *accepted = rewritten.accepted;
  return rewritten.problem;
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  refused += other.refused;
  round_trips += other.round_trips;
  findings += other.findings;
  most_memory = std::max(most_memory, other.most_memory);
  most_time = std::max(most_time, other.most_time);
  return *this;
}

std::string to_string(const Tally& tally) {
  return base::format(
      "{} variants: {} refused, {} round trips, {} findings; at most {} bytes of memory for each of input, and {} us",
      tally.variants(), tally.refused, tally.round_trips, tally.findings, tally.most_memory, tally.most_time);
}

std::string try_bytes(std::string_view bytes, Tally* tally) {
  const uint64_t limit = kNanosecondsAtLeast + kNanosecondsPerByte * bytes.size();
  bool accepted = false;
  std::string problem;
  uint64_t time = UINT64_MAX;
  // Bytes that take too long do so each time. A virtual machine that waits for its host does so once.
  for (int tries = 0; tries < 3 && problem.empty() && time > limit; ++tries) {
    const uint64_t start = nanoseconds_used();
    problem = problem_of(bytes, tally, &accepted);
    time = std::min(time, nanoseconds_used() - start);
  }
  tally->most_time = std::max(tally->most_time, time / 1000);
  if (problem.empty() && time > limit) {
    problem = base::format("{} bytes took {} ms", bytes.size(), time / 1'000'000);
  }
  if (!problem.empty()) {
    ++tally->findings;
  } else if (accepted) {
    ++tally->round_trips;
  } else {
    ++tally->refused;
  }
  return problem;
}

Tally try_corruptions(
    const test::Sample& input, uint64_t step,
    const std::function<void(std::string_view bytes, const Corruption&, const std::string& problem)>& found) {
  Tally tally;
  for_each_corruption(input.bytes, step, [&](std::string_view bytes, const Corruption& corruption) {
    const std::string problem = try_bytes(bytes, &tally);
    if (!problem.empty()) found(bytes, corruption, problem);
  });
  return tally;
}

}  // namespace checkpointfs::fuzz
