// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode_row.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "state/encode/encode_time.h"
#include "state/encode/json_parts.h"
#include "state/json/big_numbers.h"
#include "state/types/logical_type.h"
#include "state/values/binary_layout.h"

namespace checkpointfs::state {
namespace {

std::string row_bytes(ValueWriter& writer, const JsonValue& json, const LogicalType& type);
std::string array_bytes(ValueWriter& writer, const std::vector<JsonValue>& elements,
                        const LogicalType& element);
std::string map_bytes(ValueWriter& writer, const JsonValue& json, const LogicalType& type);

// The bytes of a row or array: a header, slots, and a variable part behind the slots, in steps of 8 bytes.
// `writer` takes the errors only.
class BinaryWriter {
 public:
  // The bits of nulls are in the header from the bit `first_bit` on.
  BinaryWriter(ValueWriter& writer, uint64_t header, uint64_t first_bit, uint64_t slots_size)
      : writer_(writer),
        header_(header),
        first_bit_(first_bit),
        bytes_((header + slots_size + 7) / 8 * 8, '\0') {}

  void number(uint64_t position, uint64_t value, uint64_t width) {
    for (uint64_t i = 0; i < width; ++i, value >>= 8) bytes_[position + i] = static_cast<char>(value & 0xFF);
  }
  // A value, or null, in slot `index` of `width` bytes.
  void slot(uint64_t index, uint64_t width, const JsonValue& json, const LogicalType& type);

  std::string take() { return std::move(bytes_); }

 private:
  // Puts `part` into the variable part, and `low` or its size into the low half of the slot.
  void pointed(uint64_t position, std::string_view part) { pointed(position, part, part.size()); }
  void pointed(uint64_t position, std::string_view part, uint64_t low);
  void text(uint64_t position, std::string_view part);
  void decimal(uint64_t position, const JsonValue& json, const LogicalType& type);
  void timestamp(uint64_t position, const JsonValue& json, const LogicalType& type);
  void day_or_time(uint64_t position, const JsonValue& json, const LogicalType& type);
  void integer(uint64_t position, uint64_t width, const JsonValue& json, const LogicalType& type);
  void real(uint64_t position, const JsonValue& json, const LogicalType& type);

  ValueWriter& writer_;
  uint64_t header_;
  uint64_t first_bit_;
  std::string bytes_;
};

void BinaryWriter::pointed(uint64_t position, std::string_view part, uint64_t low) {
  number(position, static_cast<uint64_t>(bytes_.size()) << 32 | low, kSlotWidth);
  bytes_ += part;
  bytes_.resize((bytes_.size() + 7) / 8 * 8);
}

void BinaryWriter::text(uint64_t position, std::string_view part) {
  if (part.size() > kMaxInlineLength) return pointed(position, part);
  std::copy(part.begin(), part.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(position));
  bytes_[position + kSlotWidth - 1] = static_cast<char>(kInlineMark | part.size());
}

void BinaryWriter::decimal(uint64_t position, const JsonValue& json, const LogicalType& type) {
  constexpr size_t kReserved = 16;
  const std::string name = to_string(type);
  std::optional<BigDecimal> decimal;
  if (json.kind == JsonValue::Kind::kNumber) decimal = big_decimal_from(json.number);
  if (json.kind == JsonValue::Kind::kString)
    decimal = big_decimal_from(bytes_of_units(json.units).value_or(""));
  const bool is_compact = is_compact_decimal(type.precision);
  if (!decimal || decimal->scale != type.scale || decimal->unscaled.size() > (is_compact ? 8 : kReserved)) {
    return writer_.expect(json, name, "a decimal number with as many digits behind the point");
  }
  if (is_compact) {
    uint64_t value = static_cast<unsigned char>(decimal->unscaled.front()) >= 0x80 ? ~uint64_t{0} : 0;
    for (const char byte : decimal->unscaled) value = value << 8 | static_cast<unsigned char>(byte);
    return number(position, value, kSlotWidth);
  }
  const size_t size = decimal->unscaled.size();
  decimal->unscaled.resize(kReserved);
  pointed(position, decimal->unscaled, size);
}

void BinaryWriter::timestamp(uint64_t position, const JsonValue& json, const LogicalType& type) {
  constexpr int64_t kNanosOfMilli = 1000000;
  const bool is_zoned = type.kind == SqlKind::kLocalZonedTimestamp;
  const std::optional<Moment> moment = is_zoned ? instant_from(json) : local_moment_from(json);
  const std::optional<int64_t> millis = moment ? millis_of(*moment) : std::nullopt;
  const bool is_compact = is_compact_timestamp(type.precision);
  if (!millis || (is_compact && moment->nanos % kNanosOfMilli != 0)) {
    return writer_.expect(json, to_string(type),
                          is_zoned ? "\"2024-01-31T12:34:56Z\"" : "\"2024-01-31T12:34:56\"");
  }
  if (is_compact) return number(position, static_cast<uint64_t>(*millis), kSlotWidth);
  std::string part;
  for (int shift = 0; shift < 64; shift += 8) part += static_cast<char>(*millis >> shift & 0xFF);
  pointed(position, part, static_cast<uint64_t>(moment->nanos % kNanosOfMilli));
}

void BinaryWriter::day_or_time(uint64_t position, const JsonValue& json, const LogicalType& type) {
  constexpr int64_t kNanosOfMilli = 1000000;
  std::optional<int64_t> value;
  if (type.kind == SqlKind::kTime) {
    if (const auto nanos = local_time_from(json)) value = *nanos / kNanosOfMilli;
  } else if (const auto date = local_date_from(json)) {
    value = days_since_epoch(*date);
  }
  if (!value || *value != static_cast<int32_t>(*value)) {
    return writer_.expect(json, to_string(type),
                          type.kind == SqlKind::kTime ? "\"12:34:56\"" : "\"2024-01-31\"");
  }
  number(position, static_cast<uint64_t>(*value), sizeof(int32_t));
}

void BinaryWriter::integer(uint64_t position, uint64_t width, const JsonValue& json,
                           const LogicalType& type) {
  const int64_t most = std::numeric_limits<int64_t>::max() >> (64 - 8 * width);
  const auto value = integer_from(writer_, json, to_string(type), -most - 1, most);
  if (value) number(position, static_cast<uint64_t>(*value), width);
}

void BinaryWriter::real(uint64_t position, const JsonValue& json, const LogicalType& type) {
  if (type.kind == SqlKind::kFloat) {
    const auto value = float_from(writer_, json, to_string(type));
    if (value) number(position, std::bit_cast<uint32_t>(*value), sizeof(float));
  } else {
    const auto value = double_from(writer_, json, to_string(type));
    if (value) number(position, std::bit_cast<uint64_t>(*value), sizeof(double));
  }
}

void BinaryWriter::slot(uint64_t index, uint64_t width, const JsonValue& json, const LogicalType& type) {
  const uint64_t position = header_ + index * width;
  if (is_null(json)) {
    const uint64_t bit = first_bit_ + index;
    bytes_[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes_[bit / 8]) | 1U << bit % 8);
    return;
  }
  switch (type.kind) {
    case SqlKind::kBoolean:
      if (const auto value = boolean_from(writer_, json, "BOOLEAN")) number(position, *value ? 1 : 0, 1);
      return;
    case SqlKind::kTinyInt:
      return integer(position, 1, json, type);
    case SqlKind::kSmallInt:
      return integer(position, 2, json, type);
    case SqlKind::kInt:
    case SqlKind::kIntervalYearMonth:
      return integer(position, 4, json, type);
    case SqlKind::kBigInt:
    case SqlKind::kIntervalDayTime:
      return integer(position, 8, json, type);
    case SqlKind::kFloat:
    case SqlKind::kDouble:
      return real(position, json, type);
    case SqlKind::kDecimal:
      return decimal(position, json, type);
    case SqlKind::kDate:
    case SqlKind::kTime:
      return day_or_time(position, json, type);
    case SqlKind::kTimestamp:
    case SqlKind::kLocalZonedTimestamp:
      return timestamp(position, json, type);
    case SqlKind::kChar:
    case SqlKind::kVarChar:
      if (const auto part = text_from(writer_, json, to_string(type))) text(position, *part);
      return;
    case SqlKind::kBinary:
    case SqlKind::kVarBinary:
      if (const auto part = hex_from(writer_, json, to_string(type))) text(position, *part);
      return;
    case SqlKind::kArray:
      if (expect_array(writer_, json, to_string(type))) {
        pointed(position, array_bytes(writer_, json.elements, *type.members.front().type));
      }
      return;
    case SqlKind::kMultiset:
    case SqlKind::kMap:
      return pointed(position, map_bytes(writer_, json, type));
    case SqlKind::kRow:
      return pointed(position, row_bytes(writer_, json, type));
    case SqlKind::kRaw:
    case SqlKind::kUnknown:
    case SqlKind::kZonedTimestamp:
    case SqlKind::kNull:
      return writer_.expect(json, to_string(type), "null: other values cannot be given as JSON");
  }
}

std::string row_bytes(ValueWriter& writer, const JsonValue& json, const LogicalType& type) {
  const std::string name = to_string(type);
  const auto is_known = [&](const std::string& member) {
    return member == "$kind" ||
           std::any_of(type.members.begin(), type.members.end(),
                       [&](const LogicalType::Member& field) { return field.name == member; });
  };
  if (!writer.ok() || !expect_members(writer, json, name, is_known)) return {};
  const std::optional<uint32_t> kind = row_kind_from(writer, json, name);
  const uint64_t n = type.members.size();
  BinaryWriter row(writer, row_header_size(n), kRowKindBits, n * kSlotWidth);
  row.number(0, kind.value_or(0), 1);
  for (uint64_t i = 0; i < n && writer.ok(); ++i) {
    row.slot(i, kSlotWidth, member_or_null(json, type.members[i].name), *type.members[i].type);
  }
  return row.take();
}

std::string array_bytes(ValueWriter& writer, const std::vector<JsonValue>& elements,
                        const LogicalType& element) {
  const uint64_t n = elements.size();
  const uint64_t width = array_slot_width(element.kind);
  BinaryWriter array(writer, array_header_size(n), 8 * kArrayLengthSize, n * width);
  array.number(0, n, kArrayLengthSize);
  for (uint64_t i = 0; i < n && writer.ok(); ++i) array.slot(i, width, elements[i], element);
  return array.take();
}

std::string map_bytes(ValueWriter& writer, const JsonValue& json, const LogicalType& type) {
  const std::optional<std::vector<JsonEntry>> entries = entries_from(writer, json, to_string(type));
  if (!entries) return {};
  std::vector<JsonValue> keys;
  std::vector<JsonValue> values;
  for (const auto& [key, value] : *entries) {
    keys.push_back(key);
    values.push_back(value);
  }
  LogicalType times;
  times.kind = SqlKind::kInt;
  const bool is_multiset = type.kind == SqlKind::kMultiset;
  const std::string key_bytes = array_bytes(writer, keys, *type.members[0].type);
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(key_bytes.size() >> shift & 0xFF);
  return bytes + key_bytes + array_bytes(writer, values, is_multiset ? times : *type.members[1].type);
}

}  // namespace

bool encode_sql(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const bool is_row = type.kind == TypeKind::kRowData;
  const bool is_array = type.kind == TypeKind::kArrayData;
  if (!is_row && !is_array && type.kind != TypeKind::kMapData) return false;
  if (type.sql == nullptr || (!is_row && type.sql->members.empty())) return false;
  std::string bytes;
  if (is_row) {
    bytes = row_bytes(writer, json, *type.sql);
  } else if (!is_array) {
    bytes = map_bytes(writer, json, *type.sql);
  } else if (expect_array(writer, json, to_string(type))) {
    bytes = array_bytes(writer, json.elements, *type.sql->members.front().type);
  }
  writer.i32(static_cast<int64_t>(bytes.size()));
  writer.raw(bytes);
  return true;
}

}  // namespace checkpointfs::state
