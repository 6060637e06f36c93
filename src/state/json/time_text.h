// SPDX-License-Identifier: Apache-2.0
// Dates and times in ISO 8601, as java.time prints them, but always with seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::state {

constexpr int64_t kNanosOfSecond = 1000000000;
constexpr int64_t kSecondsOfDay = 86400;
constexpr int64_t kMillisOfDay = 86400000;

struct Date {
  int64_t year = 0;
  int32_t month = 1;  // 1 to 12
  int32_t day = 1;    // 1 to 31
};
bool is_date(const Date& date);
Date date_of(int64_t days_since_epoch);
// REQUIRES: is_date(), and a year of 32 bits.
int64_t days_since_epoch(const Date& date);

// A point in time, or a local one: seconds since the epoch, floored, and nanoseconds.
struct Moment {
  int64_t seconds = 0;
  int32_t nanos = 0;  // 0 to 999999999
};
Moment moment_of_millis(int64_t millis);

// "2024-01-31"; years have four digits at least, those above 9999 a "+".
void append_date(const Date& date, std::string& out);
// "12:34:56", "12:34:56.789": a fraction of three, six or nine digits. REQUIRES: less than a day.
void append_time(int64_t nanos_of_day, std::string& out);
// "2024-01-31T12:34:56".
void append_moment(const Moment& moment, std::string& out);

// The opposite. Nothing if the text has another form.
std::optional<Date> date_from(std::string_view text);
std::optional<int64_t> time_from(std::string_view text);
std::optional<Moment> moment_from(std::string_view text);

}  // namespace checkpointfs::state
