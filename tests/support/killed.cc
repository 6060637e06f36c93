// SPDX-License-Identifier: Apache-2.0
#include "tests/support/killed.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace checkpointfs::test {

namespace {

pid_t start(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (...) {
      ::_exit(3);
    }
    ::_exit(0);
  }
  return child;
}

// Waits for the child. Returns true if the work ended, false if a signal ended the child.
bool has_ended(pid_t child) {
  int status = 0;
  EXPECT_EQ(child, ::waitpid(child, &status, 0));
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0);
  return WIFEXITED(status);
}

}  // namespace

bool work_and_kill(std::chrono::microseconds patience, const std::function<void()>& work) {
  const pid_t child = start(work);
  std::this_thread::sleep_for(patience);
  ::kill(child, SIGKILL);
  return has_ended(child);
}

bool work_kills_itself(const std::function<void()>& work) {
  return !has_ended(start(work));
}

}  // namespace checkpointfs::test
