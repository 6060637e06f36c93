// SPDX-License-Identifier: Apache-2.0
#include "base/threads/time_slice.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <thread>

namespace checkpointfs::base {
namespace {

// struct sched_attr of linux/sched/types.h, in words of four bytes.
using Attributes = std::array<uint32_t, 12>;

Attributes of_this_thread() {
  Attributes attributes{};
  EXPECT_EQ(::syscall(SYS_sched_getattr, 0, attributes.data(), sizeof attributes, 0), 0);
  return attributes;
}

uint64_t slice_ns(const Attributes& attributes) {
  return attributes[6] | static_cast<uint64_t>(attributes[7]) << 32;
}

TEST(TimeSlice, is_short_in_threads_that_prefer_it_and_in_those_that_they_start) {
  std::thread([] {
    Attributes before = of_this_thread();
    prefer_short_slices();
    const Attributes after = of_this_thread();
    if (slice_ns(before) == 0 || slice_ns(after) == slice_ns(before)) GTEST_SKIP() << "before Linux 6.12";
    EXPECT_EQ(slice_ns(after), 100'000U);
    before[6] = after[6];
    before[7] = after[7];
    EXPECT_EQ(before, after) << "nothing else is changed";
    std::thread([&] { EXPECT_EQ(of_this_thread(), after); }).join();
  }).join();
}

}  // namespace
}  // namespace checkpointfs::base
