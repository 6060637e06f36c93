// SPDX-License-Identifier: Apache-2.0
#include "fs/status/store_limiter.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <condition_variable>
#include <memory>
#include <thread>

namespace checkpointfs::fs {
namespace {

// Threads that are in a store until they are told to leave.
class Inside {
 public:
  Inside(StoreLimiter& stores, StoreLimiter::Store& store, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      threads_.emplace_back([&] {
        const StoreLimiter::Request request(stores);
        stores.enter(store);
        std::unique_lock lock(mutex_);
        ++entered_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return leaving_; });
      });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return entered_ == count; });
  }
  ~Inside() { leave(); }

  void leave() {
    {
      const std::lock_guard lock(mutex_);
      leaving_ = true;
    }
    changed_.notify_all();
    threads_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned entered_ = 0;
  bool leaving_ = false;
  std::vector<std::jthread> threads_;
};

bool is_full(StoreLimiter& stores, StoreLimiter::Store& store) {
  const StoreLimiter::Request request(stores);
  try {
    stores.enter(store);
  } catch (const StoreLimiter::StoreBusy& full) {
    EXPECT_EQ(full.store, &store);
    return true;
  }
  return false;
}

TEST(StoreLimiter, take_so_many_threads_each_and_leave_the_others_alone) {
  StoreLimiter stores(2);
  StoreLimiter::Store& hanging = stores.at("/hanging");
  StoreLimiter::Store& healthy = stores.at("/healthy");
  Inside inside(stores, hanging, kThreadsPerStore);
  EXPECT_TRUE(is_full(stores, hanging));
  EXPECT_FALSE(is_full(stores, healthy));
  inside.leave();
  EXPECT_FALSE(is_full(stores, hanging));
}

TEST(StoreLimiter, take_fewer_threads_for_work_which_may_last) {
  StoreLimiter stores(1);
  StoreLimiter::Store& work = stores.at("work in /store", {2, StoreLimiter::Kind::kWork});
  StoreLimiter::Store& store = stores.at("/store");
  Inside one(stores, work, 1);
  EXPECT_FALSE(is_full(stores, work));
  Inside other(stores, work, 1);
  EXPECT_TRUE(is_full(stores, work));
  EXPECT_FALSE(is_full(stores, store));
}

TEST(StoreLimiter, let_a_request_in_beyond_the_limit_if_nothing_can_be_queued) {
  StoreLimiter stores(1);
  stores.queue_nothing();
  StoreLimiter::Store& store = stores.at("/store");
  Inside inside(stores, store, kThreadsPerStore);
  EXPECT_FALSE(is_full(stores, store));
  inside.leave();
  EXPECT_FALSE(is_full(stores, store));
}

TEST(StoreLimiter, do_not_call_work_a_store_that_hangs) {
  StoreLimiter stores(1, [](const std::string&) { return std::chrono::seconds(5); });
  stores.at("work in /store", {2, StoreLimiter::Kind::kWork});
  EXPECT_TRUE(stores.hanging().empty());
  stores.at("/store");
  EXPECT_EQ(stores.hanging().size(), 1U);
}

TEST(StoreLimiter, never_take_the_threads_that_are_for_names) {
  StoreLimiter stores(1);
  std::vector<std::unique_ptr<Inside>> inside;
  inside.push_back(std::make_unique<Inside>(stores, stores.at("/a"), kThreadsPerStore));
  EXPECT_TRUE(is_full(stores, stores.at("/b"))) << "more roots than were expected share the threads";
  EXPECT_EQ(stores.threads(), kThreadsPerStore + kThreadsForNames);
}

TEST(StoreLimiter, let_a_request_enter_once_and_threads_without_one_always) {
  StoreLimiter stores(1);
  StoreLimiter::Store& store = stores.at("/store");
  Inside inside(stores, store, kThreadsPerStore - 1);
  {
    const StoreLimiter::Request request(stores);
    EXPECT_NO_THROW(stores.enter(store));
    EXPECT_NO_THROW(stores.enter(store)) << "it is in it already";
    std::jthread([&] { EXPECT_NO_THROW(stores.enter(store)); });
  }
  EXPECT_FALSE(is_full(stores, store));
}

class WaitingForStores : public testing::Test {
 protected:
  WaitingForStores() { inside_ = std::make_unique<Inside>(stores_, store_, kThreadsPerStore); }
  // Waits under this key, and records the outcome in `key`.
  void wait(int* key) {
    stores_.keep(store_, {key, [key] { *key = -1; }, [key](int code) { *key = code; }});
  }
  void answer_all() {
    while (const auto next = stores_.next()) next();
  }

  StoreLimiter stores_;
  StoreLimiter::Store& store_ = stores_.at("/store");
  std::unique_ptr<Inside> inside_;
  int first_ = 0;
  int second_ = 0;
};

TEST(StoreLimiter, hang_that_do_not_answer_who_has_no_request) {
  std::chrono::seconds silence(0);
  StoreLimiter stores(2, [&](const std::string& path) { return path == "/b" ? silence : silence * 0; });
  stores.at("/a");
  stores.at("/b");
  EXPECT_TRUE(stores.hanging().empty());
  silence = std::chrono::seconds(5);
  const std::vector<StoreLimiter::Hanging> hanging = stores.hanging();
  ASSERT_EQ(hanging.size(), 1U);
  EXPECT_EQ(hanging[0].path, "/b");
  EXPECT_EQ(hanging[0].seconds, 5);
}

TEST_F(WaitingForStores, ends_when_somebody_has_left) {
  wait(&first_);
  stores_.offer(&first_);
  wait(&second_);
  answer_all();
  EXPECT_EQ(first_, 0);
  inside_->leave();
  answer_all();
  EXPECT_EQ(first_, -1);
  EXPECT_EQ(second_, 0) << "it was not offered";
  stores_.offer(&second_);
  answer_all();
  EXPECT_EQ(second_, -1);
}

TEST_F(WaitingForStores, is_refused_when_it_is_cancelled_even_before_it_is_offered) {
  wait(&first_);
  stores_.cancel(&first_);
  stores_.refuse_overdue();
  EXPECT_EQ(first_, 0) << "another thread is still at it";
  stores_.offer(&first_);
  inside_->leave();
  answer_all();
  EXPECT_EQ(first_, 0);
  stores_.refuse_overdue();
  EXPECT_EQ(first_, EINTR);
}

TEST_F(WaitingForStores, is_refused_when_the_store_does_not_answer) {
  wait(&first_);
  stores_.offer(&first_);
  stores_.refuse_overdue();
  EXPECT_EQ(first_, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  stores_.refuse_overdue(std::chrono::milliseconds(1));
  EXPECT_EQ(first_, ETIMEDOUT);
}

}  // namespace
}  // namespace checkpointfs::fs
