// SPDX-License-Identifier: Apache-2.0
// A source of chance that gives the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace checkpointfs::fuzz {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  // 0 to `bound` - 1. REQUIRES: bound > 0.
  size_t below(size_t bound) { return engine_() % bound; }
  bool one_in(size_t n) { return below(n) == 0; }
  uint64_t bits() { return uint64_t{engine_()} << 32 | engine_(); }

  template <typename T>
  const T& any(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937 engine_;
};

}  // namespace checkpointfs::fuzz
