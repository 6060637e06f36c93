// SPDX-License-Identifier: Apache-2.0
// Waits for a condition to become true.
#pragma once

#include <thread>

#include "process.h"

namespace checkpointfs::test {

// True if `condition` becomes true within `limit`.
template <typename Condition>
bool within(Milliseconds limit, const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(Milliseconds(5));
  }
  return true;
}

// The time within which a mount shows a change on a local disk.
inline constexpr Milliseconds kShownSoon{1'000};

}  // namespace checkpointfs::test
