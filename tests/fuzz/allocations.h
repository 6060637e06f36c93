// SPDX-License-Identifier: Apache-2.0
// Measures the memory that the calling thread holds by operator new, which allocations.cc replaces.
#pragma once

#include <cstddef>
#include <cstdint>

namespace checkpointfs::fuzz {

// The peak of memory from the construction of the object on.
class AllocationPeak {
 public:
  AllocationPeak();
  // Bytes beyond what was held at the start, at most.
  uint64_t bytes() const;

 private:
  int64_t start_;
};

}  // namespace checkpointfs::fuzz
