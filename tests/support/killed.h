// SPDX-License-Identifier: Apache-2.0
// Runs work in a child process and kills the child.
#pragma once

#include <chrono>
#include <functional>

namespace checkpointfs::test {

// Runs `work` in a child process, which is killed after `patience`. True if `work` ended before. The test
// fails if `work` threw.
bool work_and_kill(std::chrono::microseconds patience, const std::function<void()>& work);

// Runs `work` in a child process that may kill itself. True if it did. The test fails if `work` threw.
bool work_kills_itself(const std::function<void()>& work);

}  // namespace checkpointfs::test
