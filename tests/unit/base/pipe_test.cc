// SPDX-License-Identifier: Apache-2.0
#include "base/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

TEST(Pipe, carries_bytes_and_is_closed_on_exec) {
  const Pipe pipe = make_pipe();
  EXPECT_EQ(FD_CLOEXEC, ::fcntl(pipe.reading.get(), F_GETFD));
  EXPECT_EQ(FD_CLOEXEC, ::fcntl(pipe.writing.get(), F_GETFD));
  ASSERT_EQ(1, ::write(pipe.writing.get(), "x", 1));
  char byte = 0;
  ASSERT_EQ(1, ::read(pipe.reading.get(), &byte, 1));
  EXPECT_EQ('x', byte);
}

}  // namespace
}  // namespace checkpointfs::base
