// SPDX-License-Identifier: Apache-2.0
// Processes of the program under test that outlive the command that started them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

namespace checkpointfs::test {

// Processes that this test program started, directly or not, and that have not ended within some seconds: a
// mount is gone a moment before its process is.
std::vector<pid_t> daemons_left();

// Runs `tests` in a child process and returns its exit code. Whatever becomes of it, even if it crashes or is
// ended by a limit of time, the daemons that it left are ended, and unmount.
int supervised(const std::function<int()>& tests);

}  // namespace checkpointfs::test
