// SPDX-License-Identifier: Apache-2.0
#include "fs/io/host_costs.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace checkpointfs::fs {
namespace {

// Far below and far above what any machine needs, however busy it is.
void expect_plausible(const HostCosts& costs) {
  for (const uint64_t ns : {costs.round_trip_ns, costs.distant_round_trip_ns}) {
    EXPECT_GT(ns, 100U);
    EXPECT_LT(ns, 1'000'000'000U);
  }
  EXPECT_GT(costs.new_pages_ns, 1'000U);
  EXPECT_LT(costs.new_pages_ns, 1'000'000'000U);
}

TEST(HostCosts, are_measured_and_the_thread_keeps_its_processors) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  expect_plausible(measure_host_costs());
  cpu_set_t after;
  ASSERT_EQ(::sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(HostCosts, are_measured_by_a_thread_with_one_processor) {
  std::thread([] {
    cpu_set_t all;
    ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
    int last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &all)) --last;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    expect_plausible(measure_host_costs());
  }).join();
}

TEST(HostCosts, of_a_reader_that_is_answered_on_its_own_processor_have_no_distant_round_trip) {
  const HostCosts host = {6'000, 34'000, 400'000};
  const IoCosts near = IoCosts::of(host, true);
  const IoCosts far = IoCosts::of(host, false);
  EXPECT_EQ(near.hybrid_ns, 22'000U);
  EXPECT_EQ(far.hybrid_ns, 78'000U);
  EXPECT_EQ(near.push_ns, 424'000U);
  EXPECT_EQ(far.push_ns, 536'000U);
}

}  // namespace
}  // namespace checkpointfs::fs
