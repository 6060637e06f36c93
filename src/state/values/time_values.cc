// SPDX-License-Identifier: Apache-2.0
#include "state/values/time_values.h"

#include <limits>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

constexpr int64_t kNullMillis = std::numeric_limits<int64_t>::min();
constexpr int32_t kNullInt = std::numeric_limits<int32_t>::min();
constexpr int32_t kNullHour = std::numeric_limits<int8_t>::min();
constexpr int32_t kMaxYear = 999999999;  // java.time.Year.MAX_VALUE

// Checks the nanoseconds of a second or of a millisecond.
bool check_nanos(int32_t nanos, int64_t limit, uint64_t offset, Input& in) {
  if (nanos >= 0 && nanos < limit) return true;
  in.fail(offset, "nanoseconds", base::format("{} nanoseconds, not 0 to {}", nanos, limit - 1));
  return false;
}

Date take_date(Input& in) {
  Date date;
  date.year = in.i32("year");
  date.month = in.i8("month");
  date.day = in.i8("day");
  return date;
}

TimeOfDay take_time(Input& in) {
  TimeOfDay time;
  time.hour = in.i8("hour");
  time.minute = in.i8("minute");
  time.second = in.i8("second");
  time.nano = in.i32("nanoseconds");
  return time;
}

}  // namespace

void write_instant(const Moment& moment, JsonSink& out) {
  if (!out.writes()) return;
  out.raw("\"");
  append_moment(moment, out.text());
  out.raw("Z\"");
}

void write_local(const Moment& moment, JsonSink& out) {
  if (!out.writes()) return;
  out.raw("\"");
  append_moment(moment, out.text());
  out.raw("\"");
}

void write_sql_date(int64_t millis, JsonSink& out) {
  if (!out.writes()) return;
  if (millis % kMillisOfDay != 0) return write_instant(moment_of_millis(millis), out);
  out.raw("\"");
  append_date(date_of(millis / kMillisOfDay), out.text());
  out.raw("\"");
}

void write_sql_time(int64_t millis, JsonSink& out) {
  if (!out.writes()) return;
  if (millis < 0 || millis >= kMillisOfDay) return write_instant(moment_of_millis(millis), out);
  out.raw("\"");
  append_time(millis * 1000000, out.text());
  out.raw("\"");
}

bool check_date(const Date& date, uint64_t offset, Input& in) {
  if (date.year >= -kMaxYear && date.year <= kMaxYear && is_date(date)) return true;
  in.fail(offset, "date", base::format("no date {}-{}-{}", date.year, date.month, date.day));
  return false;
}

bool check_time(const TimeOfDay& time, uint64_t offset, Input& in) {
  const auto is_below = [](int32_t part, int64_t limit) { return part >= 0 && part < limit; };
  if (is_below(time.hour, 24) && is_below(time.minute, 60) && is_below(time.second, 60) &&
      is_below(time.nano, kNanosOfSecond)) {
    return true;
  }
  in.fail(offset, "time",
          base::format("no time {}:{}:{} and {} ns", time.hour, time.minute, time.second, time.nano));
  return false;
}

int64_t nanos_of_day(const TimeOfDay& time) {
  return (int64_t{time.hour} * 3600 + time.minute * 60 + time.second) * kNanosOfSecond + time.nano;
}

void read_date(ValueReader& reader, const Type&) {
  const int64_t millis = reader.in().i64("date");
  if (millis == kNullMillis) return reader.out().null();
  write_instant(moment_of_millis(millis), reader.out());
}

void read_sql_date(ValueReader& reader, const Type&) {
  const int64_t millis = reader.in().i64("date");
  if (millis == kNullMillis) return reader.out().null();
  write_sql_date(millis, reader.out());
}

void read_sql_time(ValueReader& reader, const Type&) {
  const int64_t millis = reader.in().i64("time");
  if (millis == kNullMillis) return reader.out().null();
  write_sql_time(millis, reader.out());
}

void read_sql_timestamp(ValueReader& reader, const Type&) {
  const int64_t millis = reader.in().i64("timestamp");
  const uint64_t offset = reader.in().offset();
  const int32_t nanos = reader.in().i32("nanoseconds");
  if (millis == kNullMillis) return reader.out().null();
  if (!check_nanos(nanos, kNanosOfSecond, offset, reader.in())) return;
  write_instant({moment_of_millis(millis).seconds, nanos}, reader.out());
}

void read_instant(ValueReader& reader, const Type&) {
  const int64_t seconds = reader.in().i64("seconds");
  const uint64_t offset = reader.in().offset();
  const int32_t nanos = reader.in().i32("nanoseconds");
  if (nanos == kNullInt) return reader.out().null();
  if (!check_nanos(nanos, kNanosOfSecond, offset, reader.in())) return;
  write_instant({seconds, nanos}, reader.out());
}

void read_local_date(ValueReader& reader, const Type&) {
  const uint64_t offset = reader.in().offset();
  const Date date = take_date(reader.in());
  if (date.year == kNullInt) return reader.out().null();
  if (!reader.ok() || !check_date(date, offset, reader.in()) || !reader.out().writes()) return;
  reader.out().raw("\"");
  append_date(date, reader.out().text());
  reader.out().raw("\"");
}

void read_local_time(ValueReader& reader, const Type&) {
  const uint64_t offset = reader.in().offset();
  const TimeOfDay time = take_time(reader.in());
  if (time.hour == kNullHour) return reader.out().null();
  if (!reader.ok() || !check_time(time, offset, reader.in()) || !reader.out().writes()) return;
  reader.out().raw("\"");
  append_time(nanos_of_day(time), reader.out().text());
  reader.out().raw("\"");
}

void read_local_date_time(ValueReader& reader, const Type&) {
  const uint64_t offset = reader.in().offset();
  const Date date = take_date(reader.in());
  const TimeOfDay time = take_time(reader.in());
  if (date.year == kNullInt) return reader.out().null();
  if (!reader.ok() || !check_date(date, offset, reader.in()) || !check_time(time, offset, reader.in()))
    return;
  if (!reader.out().writes()) return;
  reader.out().raw("\"");
  append_date(date, reader.out().text());
  reader.out().raw("T");
  append_time(nanos_of_day(time), reader.out().text());
  reader.out().raw("\"");
}

void read_timestamp_data(ValueReader& reader, const Type& type) {
  constexpr int32_t kNanosOfMilli = 1000000;
  Moment moment = moment_of_millis(reader.in().i64("timestamp"));
  if (type.size > 3) {
    const uint64_t offset = reader.in().offset();
    const int32_t nanos = reader.in().i32("nanoseconds of the millisecond");
    if (!check_nanos(nanos, kNanosOfMilli, offset, reader.in())) return;
    moment.nanos += nanos;
  }
  write_local(moment, reader.out());
}

}  // namespace checkpointfs::state
