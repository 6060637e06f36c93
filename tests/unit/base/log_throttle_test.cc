// SPDX-License-Identifier: Apache-2.0
#include "base/log_throttle.h"

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

using std::chrono::milliseconds;

class RepeatsTest : public ::testing::Test {
 protected:
  bool passes(std::string_view text) { return repeats_.ask(text, now_).passes; }

  LogThrottle repeats_;
  LogThrottle::Clock::time_point now_{std::chrono::hours(5)};
};

TEST_F(RepeatsTest, pass_once_a_minute) {
  EXPECT_TRUE(passes("a"));
  EXPECT_FALSE(passes("a"));
  EXPECT_TRUE(passes("b"));
  now_ += LogThrottle::kPeriod - milliseconds(1);
  EXPECT_FALSE(passes("a"));
  now_ += milliseconds(1);
  EXPECT_TRUE(passes("a"));
  EXPECT_FALSE(passes("a"));
}

TEST_F(RepeatsTest, are_no_more_than_so_many_texts) {
  for (size_t i = 0; i < LogThrottle::kTexts; ++i) EXPECT_TRUE(passes(std::to_string(i)));
  EXPECT_FALSE(passes("one more"));
  now_ += LogThrottle::kPeriod;
  EXPECT_TRUE(passes("one more"));
}

TEST_F(RepeatsTest, are_counted_once_when_the_next_minute_begins) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(repeats_.ask("a", now_).left_out, 0U);
  now_ += 3 * LogThrottle::kPeriod;
  EXPECT_EQ(repeats_.ask("a", now_).left_out, 7U);
  EXPECT_EQ(repeats_.ask("a", now_).left_out, 0U);
}

}  // namespace
}  // namespace checkpointfs::base
