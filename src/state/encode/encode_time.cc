// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode_time.h"

#include <limits>
#include <string>

#include "state/values/binary_layout.h"

namespace checkpointfs::state {
namespace {

constexpr int64_t kNoMillis = std::numeric_limits<int64_t>::min();
constexpr int64_t kNanosOfMilli = 1000000;
constexpr std::string_view kInstantForm = "\"2024-01-31T12:34:56Z\"";

std::string text_of(const JsonValue& json) {
  if (json.kind != JsonValue::Kind::kString) return {};
  return bytes_of_units(json.units).value_or("");
}

void encode_date(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return writer.i64(kNoMillis);
  const std::optional<Moment> moment = instant_from(json);
  const std::optional<int64_t> millis = moment ? millis_of(*moment) : std::nullopt;
  if (!millis || moment->nanos % kNanosOfMilli != 0) return writer.expect(json, type, kInstantForm);
  writer.i64(*millis);
}

void encode_sql_date(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (const std::optional<Date> date = local_date_from(json)) {
    return writer.i64(days_since_epoch(*date) * kMillisOfDay);
  }
  encode_date(writer, json, type);
}

void encode_sql_time(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (const std::optional<int64_t> nanos = local_time_from(json)) return writer.i64(*nanos / kNanosOfMilli);
  encode_date(writer, json, type);
}

void encode_sql_timestamp(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) {
    writer.i64(kNoMillis);
    return writer.i32(0);
  }
  const std::optional<Moment> moment = instant_from(json);
  const std::optional<int64_t> millis = moment ? millis_of(*moment) : std::nullopt;
  if (!millis) return writer.expect(json, type, kInstantForm);
  writer.i64(*millis);
  writer.i32(moment->nanos);
}

void encode_instant(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<Moment> moment =
      is_null(json) ? Moment{kNoMillis, std::numeric_limits<int32_t>::min()} : instant_from(json);
  if (!moment) return writer.expect(json, type, kInstantForm);
  writer.i64(moment->seconds);
  writer.i32(moment->nanos);
}

void write_date(ValueWriter& writer, const Date& date) {
  writer.i32(date.year);
  writer.u8(static_cast<uint32_t>(date.month));
  writer.u8(static_cast<uint32_t>(date.day));
}

void write_time(ValueWriter& writer, int64_t nanos_of_day) {
  const int64_t seconds = nanos_of_day / kNanosOfSecond;
  writer.u8(static_cast<uint32_t>(seconds / 3600));
  writer.u8(static_cast<uint32_t>(seconds / 60 % 60));
  writer.u8(static_cast<uint32_t>(seconds % 60));
  writer.i32(nanos_of_day % kNanosOfSecond);
}

// Null: the least number of each part's width; month and day are one part, minute and second, too.
void write_no_date(ValueWriter& writer) {
  writer.i32(std::numeric_limits<int32_t>::min());
  writer.u16(0x8000);
}

void write_no_time(ValueWriter& writer) {
  writer.u8(0x80);
  writer.u16(0x8000);
  writer.i32(std::numeric_limits<int32_t>::min());
}

void encode_local_date(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return write_no_date(writer);
  const std::optional<Date> date = local_date_from(json);
  if (!date) return writer.expect(json, type, "\"2024-01-31\"");
  write_date(writer, *date);
}

void encode_local_time(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return write_no_time(writer);
  const std::optional<int64_t> time = local_time_from(json);
  if (!time) return writer.expect(json, type, "\"12:34:56\"");
  write_time(writer, *time);
}

void encode_local_date_time(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) {
    write_no_date(writer);
    return write_no_time(writer);
  }
  const std::string text = text_of(json);
  const size_t t = text.find('T');
  const std::optional<Date> date = date_from(text.substr(0, t));
  const std::optional<int64_t> time = t == std::string::npos ? std::nullopt : time_from(text.substr(t + 1));
  if (!date || !time) return writer.expect(json, type, "\"2024-01-31T12:34:56\"");
  write_date(writer, *date);
  write_time(writer, *time);
}

void encode_timestamp_data(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<Moment> moment = local_moment_from(json);
  const std::optional<int64_t> millis = moment ? millis_of(*moment) : std::nullopt;
  const bool is_compact = is_compact_timestamp(type.size);
  if (!millis || (is_compact && moment->nanos % kNanosOfMilli != 0)) {
    return writer.expect(json, type, "\"2024-01-31T12:34:56\"");
  }
  writer.i64(*millis);
  if (!is_compact) writer.i32(moment->nanos % kNanosOfMilli);
}

}  // namespace

std::optional<Moment> instant_from(const JsonValue& json) {
  std::string text = text_of(json);
  if (text.empty() || text.back() != 'Z') return std::nullopt;
  text.pop_back();
  return moment_from(text);
}

std::optional<Moment> local_moment_from(const JsonValue& json) {
  return moment_from(text_of(json));
}

std::optional<Date> local_date_from(const JsonValue& json) {
  return date_from(text_of(json));
}

std::optional<int64_t> local_time_from(const JsonValue& json) {
  return time_from(text_of(json));
}

std::optional<int64_t> millis_of(const Moment& moment) {
  constexpr int64_t kMostSeconds = std::numeric_limits<int64_t>::max() / 1000 - 1;
  if (moment.seconds < -kMostSeconds || moment.seconds > kMostSeconds) return std::nullopt;
  return moment.seconds * 1000 + moment.nanos / kNanosOfMilli;
}

bool encode_time(ValueWriter& writer, const JsonValue& json, const Type& type) {
  constexpr EncodedKind kFunctions[] = {
      {TypeKind::kDate, encode_date},
      {TypeKind::kSqlDate, encode_sql_date},
      {TypeKind::kSqlTime, encode_sql_time},
      {TypeKind::kSqlTimestamp, encode_sql_timestamp},
      {TypeKind::kInstant, encode_instant},
      {TypeKind::kLocalDate, encode_local_date},
      {TypeKind::kLocalTime, encode_local_time},
      {TypeKind::kLocalDateTime, encode_local_date_time},
      {TypeKind::kTimestampData, encode_timestamp_data},
  };
  return encode_one_of(kFunctions, writer, json, type);
}

}  // namespace checkpointfs::state
