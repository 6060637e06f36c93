// SPDX-License-Identifier: Apache-2.0
#include "base/threads/store_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

namespace checkpointfs::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A store that does not answer before it is told to.
class Door {
 public:
  std::function<void()> call() {
    return [opened = opened_] { opened.wait(); };
  }
  void open() { door_.set_value(); }

 private:
  std::promise<void> door_;
  std::shared_future<void> opened_ = door_.get_future().share();
};

TEST(StoreCalls, are_made_by_another_thread_and_fail_as_the_call_does) {
  StoreCalls calls;
  std::thread::id made_by;
  EXPECT_TRUE(calls.make("a", [&] { made_by = std::this_thread::get_id(); }));
  EXPECT_NE(made_by, std::this_thread::get_id());
  EXPECT_THROW(calls.make("a", [] { throw std::runtime_error("broken"); }), std::runtime_error);
  EXPECT_TRUE(calls.make("a", [] {})) << "an error is an answer";
  EXPECT_EQ(calls.silent_for("a"), StoreCalls::Clock::duration());
}

TEST(StoreCalls, of_a_store_that_hangs_are_given_up_and_refused_until_it_answers) {
  StoreCalls calls;
  std::promise<void> told;
  calls.on_return([&] { told.set_value(); });
  calls.set_patience("a", milliseconds(20), seconds(60));
  Door door;
  EXPECT_FALSE(calls.make("a", door.call()));
  EXPECT_GT(calls.silent_for("a"), milliseconds(10));
  bool made = false;
  EXPECT_FALSE(calls.make("a", [&] { made = true; }));
  EXPECT_FALSE(made);
  EXPECT_TRUE(calls.make("b", [] {})) << "other stores answer";
  door.open();
  told.get_future().wait();
  EXPECT_EQ(calls.silent_for("a"), StoreCalls::Clock::duration());
  EXPECT_TRUE(calls.make("a", [] {}));
}

// The limit grows; otherwise an answer that takes more than a second would never be seen.
TEST(StoreCalls, of_a_store_that_is_slow_are_waited_for_longer_the_next_time) {
  StoreCalls calls;
  std::promise<void> told;
  calls.on_return([&] { told.set_value(); });
  const auto slow = [] { std::this_thread::sleep_for(milliseconds(1'200)); };
  EXPECT_FALSE(calls.make("a", slow));
  told.get_future().wait();
  EXPECT_TRUE(calls.make("a", slow));
}

TEST(StoreCalls, that_were_given_up_outlive_it) {
  Door door;
  const auto begun = std::make_shared<std::promise<void>>();
  const auto returned = std::make_shared<std::promise<void>>();
  {
    StoreCalls calls;
    calls.set_patience("a", milliseconds(1), seconds(60));
    EXPECT_FALSE(calls.make("a", [wait = door.call(), begun, returned] {
      begun->set_value();
      wait();
      returned->set_value();
    }));
    begun->get_future().wait();
  }
  door.open();
  returned->get_future().wait();
}

}  // namespace
}  // namespace checkpointfs::base
