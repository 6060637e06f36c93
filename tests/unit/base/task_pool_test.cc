// SPDX-License-Identifier: Apache-2.0
#include "base/threads/task_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace checkpointfs::base {
namespace {

TEST(TaskPool, gives_each_caller_its_own_result) {
  TaskPool ahead(4);
  std::vector<std::future<std::unique_ptr<int>>> results;
  for (int i = 0; i < 500; ++i) results.push_back(ahead.start([i] { return std::make_unique<int>(i); }));
  for (int i = 0; i < 500; ++i) EXPECT_EQ(i, *results[static_cast<size_t>(i)].get());
}

TEST(TaskPool, keeps_the_order_with_one_thread) {
  std::vector<int> order;
  TaskPool ahead(1);
  std::vector<std::future<void>> done;
  for (int i = 0; i < 100; ++i) done.push_back(ahead.start([&order, i] { order.push_back(i); }));
  for (std::future<void>& each : done) each.get();
  EXPECT_EQ(100u, order.size());
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(TaskPool, passes_an_exception_on) {
  TaskPool ahead(2);
  auto result = ahead.start([]() -> int { throw std::runtime_error("no"); });
  EXPECT_THROW(result.get(), std::runtime_error);
}

TEST(TaskPool, does_not_begin_what_waits_when_it_ends) {
  std::atomic<int> begun = 0;
  std::promise<void> first_runs;
  std::promise<void> go_on;
  std::thread end;
  {
    auto ahead = std::make_unique<TaskPool>(1);
    ahead->start([&] {
      first_runs.set_value();
      go_on.get_future().wait();
    });
    for (int i = 0; i < 10; ++i) ahead->start([&] { ++begun; });
    first_runs.get_future().wait();
    end = std::thread([ahead = std::move(ahead)]() mutable { ahead.reset(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    go_on.set_value();
  }
  end.join();
  EXPECT_EQ(0, begun);
}

}  // namespace
}  // namespace checkpointfs::base
