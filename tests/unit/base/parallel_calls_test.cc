// SPDX-License-Identifier: Apache-2.0
#include "base/threads/parallel_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

namespace checkpointfs::base {
namespace {

TEST(ParallelCalls, do_every_item_once) {
  ParallelCalls workers(8);
  for (const size_t count : {0, 1, 2, 7, 8, 9, 1000}) {
    std::vector<std::atomic<int>> done(count);
    workers.run(count, [&](size_t i) { ++done[i]; });
    for (const auto& times : done) EXPECT_EQ(1, times);
  }
}

TEST(ParallelCalls, wait_at_the_same_time) {
  ParallelCalls workers(16);
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  workers.run(64, [&](size_t) {
    const int here = ++now;
    for (int seen = most; seen < here && !most.compare_exchange_weak(seen, here);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --now;
  });
  EXPECT_GE(most, 8);
  EXPECT_LE(most, 16);
}

TEST(ParallelCalls, one_does_it_alone) {
  ParallelCalls workers(1);
  size_t sum = 0;
  workers.run(100, [&](size_t i) { sum += i; });
  EXPECT_EQ(4950u, sum);
}

}  // namespace
}  // namespace checkpointfs::base
