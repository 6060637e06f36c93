// SPDX-License-Identifier: Apache-2.0
#include "state/json/time_text.h"

#include <chrono>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

std::string date_text(int64_t days) {
  std::string out;
  append_date(date_of(days), out);
  return out;
}

std::string moment_text(int64_t millis) {
  std::string out;
  append_moment(moment_of_millis(millis), out);
  return out;
}

std::string time_text(int64_t nanos) {
  std::string out;
  append_time(nanos, out);
  return out;
}

TEST(TimeText, dates_are_those_of_the_calendar) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto days = static_cast<int>(random() % 20000000) - 10000000;
    const std::chrono::year_month_day expected{std::chrono::sys_days(std::chrono::days(days))};
    const Date date = date_of(days);
    ASSERT_EQ(date.year, static_cast<int>(expected.year()));
    ASSERT_EQ(date.month, static_cast<int>(static_cast<unsigned>(expected.month())));
    ASSERT_EQ(date.day, static_cast<int>(static_cast<unsigned>(expected.day())));
    ASSERT_TRUE(is_date(date));
    ASSERT_EQ(days_since_epoch(date), days);
  }
}

TEST(TimeText, years_beyond_four_digits_have_a_sign) {
  EXPECT_EQ(date_text(0), "1970-01-01");
  EXPECT_EQ(date_text(-719528), "0000-01-01");
  EXPECT_EQ(date_text(-719529), "-0001-12-31");
  EXPECT_EQ(date_text(2932897), "+10000-01-01");
}

TEST(TimeText, the_farthest_moments_have_a_text) {
  EXPECT_EQ(moment_text(std::numeric_limits<int64_t>::max()), "+292278994-08-17T07:12:55.807");
  EXPECT_EQ(moment_text(std::numeric_limits<int64_t>::min()), "-292275055-05-16T16:47:04.192");
  std::string out;
  append_moment({std::numeric_limits<int64_t>::min(), 0}, out);
  append_moment({std::numeric_limits<int64_t>::max(), 999999999}, out);
  EXPECT_FALSE(out.empty());
}

TEST(TimeText, fractions_have_three_six_or_nine_digits) {
  EXPECT_EQ(time_text(0), "00:00:00");
  EXPECT_EQ(time_text(1), "00:00:00.000000001");
  EXPECT_EQ(time_text(1000), "00:00:00.000001");
  EXPECT_EQ(time_text(120000000), "00:00:00.120");
  EXPECT_EQ(time_text(86399 * kNanosOfSecond + 999999999), "23:59:59.999999999");
  EXPECT_EQ(moment_text(-1), "1969-12-31T23:59:59.999");
}

TEST(TimeText, a_text_is_read_as_it_is_written) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5000; ++i) {
    const auto millis = static_cast<int64_t>(random() >> (random() % 30 + 2)) * (random() % 2 == 0 ? 1 : -1);
    const std::optional<Moment> moment = moment_from(moment_text(millis));
    ASSERT_TRUE(moment) << moment_text(millis);
    EXPECT_EQ(moment->seconds * 1000 + moment->nanos / 1000000, millis);
    const auto nanos = static_cast<int64_t>(random() % static_cast<uint64_t>(kSecondsOfDay * kNanosOfSecond));
    EXPECT_EQ(time_from(time_text(nanos)), nanos);
  }
  EXPECT_EQ(time_from("12:34"), (12 * 3600 + 34 * 60) * kNanosOfSecond);
}

TEST(TimeText, other_texts_are_no_times) {
  for (const char* text : {"", "-", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1",
                           "24-01-01x", "2024-01-01T", "99999999999-01-01", "+-5-01-01"}) {
    EXPECT_FALSE(date_from(text)) << text;
  }
  for (const char* text : {"", "24:00:00", "12:60:00", "12:00:60", "1:00:00", "12:00:00.",
                           "12:00:00.1234567890", "12:00:00.-1", "12:00:0a", "12"}) {
    EXPECT_FALSE(time_from(text)) << text;
  }
  for (const char* text : {"2024-01-01", "T12:00:00", "2024-01-01 12:00:00"}) {
    EXPECT_FALSE(moment_from(text)) << text;
  }
}

}  // namespace
}  // namespace checkpointfs::state
