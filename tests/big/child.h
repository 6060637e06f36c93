// SPDX-License-Identifier: Apache-2.0
// Runs a function in a process of its own, to measure the memory that it needs.
#pragma once

#include <cstdint>
#include <functional>

namespace checkpointfs::big {

// Peak of resident memory in bytes. Expectations of GoogleTest that fail in `work`, exceptions and signals
// fail the test. REQUIRES: no threads.
uint64_t peak_memory_of(const std::function<void()>& work);

}  // namespace checkpointfs::big
