// SPDX-License-Identifier: Apache-2.0
#include "tests/big/child.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

namespace checkpointfs::big {
namespace {

[[noreturn]] void work_and_exit(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& e) {
    ADD_FAILURE() << "exception: " << e.what();
  }
  std::fflush(nullptr);
  ::_exit(testing::Test::HasFailure() ? 1 : 0);
}

}  // namespace

uint64_t peak_memory_of(const std::function<void()>& work) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) work_and_exit(work);
  int status = -1;
  struct rusage usage = {};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) {
    ADD_FAILURE() << "fork or wait failed";
    return 0;
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace checkpointfs::big
