// SPDX-License-Identifier: Apache-2.0
// The verifying job of tests/flink (JobSpec.java), all of whose state follows from a few numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace checkpointfs::test {

inline constexpr int32_t kKeys = 100;
inline constexpr int64_t kHalf = kKeys * int64_t{1'000'000};
inline constexpr int64_t kSlots = 4;
inline constexpr int32_t kMaxParallelism = 16;
inline constexpr size_t kProofBytes = 32;

// The bytes that the job makes of a seed, by SplitMix64.
inline std::string bytes_of_seed(int64_t seed, size_t length) {
  std::string bytes;
  uint64_t bits = 0;
  for (size_t i = 0; i < length; ++i) {
    if (i % 8 == 0) {
      bits = static_cast<uint64_t>(seed) + (i / 8 + 1) * 0x9E3779B97F4A7C15u;
      bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
      bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
      bits ^= bits >> 31;
    }
    bytes += static_cast<char>(bits >> (i % 8 * 8));
  }
  return bytes;
}

// The proof of a key's counts.
inline std::string proof_of(int64_t key, int64_t count0, int64_t count1) {
  return bytes_of_seed(key * 1'000'003 + count0 * 7'919 + count1 * 104'729, kProofBytes);
}

}  // namespace checkpointfs::test
