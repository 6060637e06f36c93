// SPDX-License-Identifier: Apache-2.0
// Work that is killed.
#pragma once

#include <chrono>
#include <functional>

namespace checkpointfs::index {

// Works in a child, which is killed after `patience`. True if it came to its end before. The test fails if
// that was an exception.
bool work_and_kill(std::chrono::microseconds patience, const std::function<void()>& work);

}  // namespace checkpointfs::index
