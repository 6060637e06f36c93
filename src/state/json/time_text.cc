// SPDX-License-Identifier: Apache-2.0
#include "state/json/time_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "base/text/numbers.h"

namespace checkpointfs::state {
namespace {

// The calendar repeats after 400 years.
constexpr int64_t kDaysOfEra = 146097;
// From 0000-03-01, the first day of an era here, to 1970-01-01.
constexpr int64_t kEpochInEra = 719468;

bool is_leap_year(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

void append_digits(int64_t number, int width, std::string& out) {
  char text[24];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), number);
  const auto length = static_cast<int>(end.ptr - text);
  if (length < width) out.append(static_cast<size_t>(width - length), '0');
  out.append(text, static_cast<size_t>(length));
}

void append_fraction(int64_t nanos, std::string& out) {
  if (nanos == 0) return;
  int width = 9;
  while (nanos % 1000 == 0) {
    nanos /= 1000;
    width -= 3;
  }
  out += '.';
  append_digits(nanos, width, out);
}

// Takes `width` digits, and `before` in front of them, off `text`. -1 if it begins otherwise.
int32_t take_digits(std::string_view& text, std::string_view before, size_t width) {
  if (text.substr(0, before.size()) != before || text.size() < before.size() + width) return -1;
  text.remove_prefix(before.size());
  int32_t number = 0;
  for (const char digit : text.substr(0, width)) {
    if (digit < '0' || digit > '9') return -1;
    number = 10 * number + (digit - '0');
  }
  text.remove_prefix(width);
  return number;
}

std::optional<int32_t> take_year(std::string_view& text) {
  const size_t end = text.find('-', 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  if (digits.front() == '+') digits.remove_prefix(1);
  return base::parse_number<int32_t>(digits);
}

// The nanoseconds of "", or of "." and one to nine digits.
std::optional<int32_t> fraction_from(std::string_view text) {
  if (text.empty()) return 0;
  const size_t width = text.size() - 1;
  if (width < 1 || width > 9) return std::nullopt;
  int32_t nanos = take_digits(text, ".", width);
  if (nanos < 0) return std::nullopt;
  for (size_t i = width; i < 9; ++i) nanos *= 10;
  return nanos;
}

}  // namespace

bool is_date(const Date& date) {
  constexpr std::array<int32_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month < 1 || date.month > 12 || date.day < 1) return false;
  const int32_t days = kDays[static_cast<size_t>(date.month - 1)];
  return date.day <= (date.month == 2 && is_leap_year(date.year) ? 29 : days);
}

// The year begins in March here, so that the leap day is its last one.
Date date_of(int64_t days) {
  const int64_t shifted = days + kEpochInEra;
  const int64_t eras = (shifted >= 0 ? shifted : shifted - (kDaysOfEra - 1)) / kDaysOfEra;
  const int64_t era_days = shifted - eras * kDaysOfEra;
  const int64_t year = (era_days - era_days / 1460 + era_days / 36524 - era_days / 146096) / 365;
  const int64_t day_of_year = era_days - (365 * year + year / 4 - year / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  Date date;
  date.day = static_cast<int32_t>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int32_t>(month < 10 ? month + 3 : month - 9);
  date.year = 400 * eras + year + (date.month <= 2 ? 1 : 0);
  return date;
}

int64_t days_since_epoch(const Date& date) {
  const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  return era * kDaysOfEra + 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year -
         kEpochInEra;
}

Moment moment_of_millis(int64_t millis) {
  int64_t seconds = millis / 1000;
  int64_t rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  return {seconds, static_cast<int32_t>(rest * 1000000)};
}

void append_date(const Date& date, std::string& out) {
  if (date.year < 0) out += '-';
  if (date.year > 9999) out += '+';
  append_digits(date.year < 0 ? -date.year : date.year, 4, out);
  out += '-';
  append_digits(date.month, 2, out);
  out += '-';
  append_digits(date.day, 2, out);
}

void append_time(int64_t nanos_of_day, std::string& out) {
  const int64_t seconds = nanos_of_day / kNanosOfSecond;
  append_digits(seconds / 3600, 2, out);
  out += ':';
  append_digits(seconds / 60 % 60, 2, out);
  out += ':';
  append_digits(seconds % 60, 2, out);
  append_fraction(nanos_of_day % kNanosOfSecond, out);
}

void append_moment(const Moment& moment, std::string& out) {
  int64_t days = moment.seconds / kSecondsOfDay;
  int64_t second_of_day = moment.seconds % kSecondsOfDay;
  if (second_of_day < 0) {
    second_of_day += kSecondsOfDay;
    --days;
  }
  append_date(date_of(days), out);
  out += 'T';
  append_time(second_of_day * kNanosOfSecond + moment.nanos, out);
}

std::optional<Date> date_from(std::string_view text) {
  const std::optional<int32_t> year = take_year(text);
  if (!year) return std::nullopt;
  Date date{*year, 0, 0};
  date.month = take_digits(text, "-", 2);
  date.day = take_digits(text, "-", 2);
  return text.empty() && is_date(date) ? std::optional(date) : std::nullopt;
}

std::optional<int64_t> time_from(std::string_view text) {
  const int32_t hour = take_digits(text, "", 2);
  const int32_t minute = take_digits(text, ":", 2);
  const int32_t second = text.empty() ? 0 : take_digits(text, ":", 2);
  const std::optional<int32_t> nanos = fraction_from(text);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || !nanos) {
    return std::nullopt;
  }
  return (int64_t{hour} * 3600 + minute * 60 + second) * kNanosOfSecond + *nanos;
}

std::optional<Moment> moment_from(std::string_view text) {
  const size_t t = text.find('T');
  if (t == std::string_view::npos) return std::nullopt;
  const std::optional<Date> date = date_from(text.substr(0, t));
  const std::optional<int64_t> nanos = time_from(text.substr(t + 1));
  if (!date || !nanos) return std::nullopt;
  return Moment{days_since_epoch(*date) * kSecondsOfDay + *nanos / kNanosOfSecond,
                static_cast<int32_t>(*nanos % kNanosOfSecond)};
}

}  // namespace checkpointfs::state
