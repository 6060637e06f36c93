// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode_basic.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "state/json/big_numbers.h"
#include "state/values/binary_layout.h"

namespace checkpointfs::state {
namespace {

using Kind = JsonValue::Kind;

template <typename Integer>
std::optional<int64_t> limited(ValueWriter& writer, const JsonValue& json, const Type& type) {
  return integer_from(writer, json, to_string(type), std::numeric_limits<Integer>::min(),
                      std::numeric_limits<Integer>::max());
}

void encode_char(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (json.kind == Kind::kString && json.units.size() == 1) return writer.u16(json.units.front());
  writer.expect(json, type, "a string of one UTF-16 unit");
}

void encode_string(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json) && type.kind == TypeKind::kString) return writer.u8(0);
  if (json.kind == Kind::kString) return writer.units(json.units, type.kind == TypeKind::kString ? 1 : 0);
  writer.expect(json, type, "a string");
}

void encode_string_data(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<std::string> text = text_from(writer, json, to_string(type));
  if (!text) return;
  writer.i32(static_cast<int64_t>(text->size()));
  writer.raw(*text);
}

// BigIntSerializer: 0, 1 and 10 have codes.
void write_big_integer(ValueWriter& writer, const std::string& bytes) {
  if (bytes == std::string_view("\0", 1)) return writer.i32(1);
  if (bytes == "\x01") return writer.i32(2);
  if (bytes == "\x0A") return writer.i32(3);
  writer.i32(static_cast<int64_t>(bytes.size()) + 4);
  writer.raw(bytes);
}

void encode_big_integer(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return writer.i32(0);
  std::optional<std::string> bytes;
  if (json.kind == Kind::kString) bytes = big_integer_from(bytes_of_units(json.units).value_or(""));
  if (json.kind == Kind::kNumber) bytes = big_integer_from(json.number);
  if (bytes) return write_big_integer(writer, *bytes);
  writer.expect(json, type, "an integer, in quotation marks");
}

std::optional<BigDecimal> decimal_from(const JsonValue& json) {
  if (json.kind == Kind::kNumber) return big_decimal_from(json.number);
  if (json.kind == Kind::kString) return big_decimal_from(bytes_of_units(json.units).value_or(""));
  return std::nullopt;
}

void encode_big_decimal(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return writer.i32(0);
  const std::optional<BigDecimal> decimal = decimal_from(json);
  if (!decimal) return writer.expect(json, type, "a decimal number, in quotation marks");
  write_big_integer(writer, decimal->unscaled);
  writer.i32(decimal->scale);
}

void encode_decimal_data(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<BigDecimal> decimal = decimal_from(json);
  if (!decimal || decimal->scale != type.scale ||
      (is_compact_decimal(type.size) && decimal->unscaled.size() > 8)) {
    return writer.expect(json, type,
                         "a decimal number with as many digits behind the point, in quotation marks");
  }
  if (is_compact_decimal(type.size)) {
    const bool is_negative = static_cast<unsigned char>(decimal->unscaled.front()) >= 0x80;
    writer.raw(std::string(8 - decimal->unscaled.size(), is_negative ? '\xFF' : '\0'));
  } else {
    writer.i32(static_cast<int64_t>(decimal->unscaled.size()));
  }
  writer.raw(decimal->unscaled);
}

void encode_enum(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<std::string> name = text_from(writer, json, to_string(type));
  if (!name) return;
  const auto found = std::find(type.names.begin(), type.names.end(), *name);
  if (found == type.names.end()) return writer.expect(json, type, "the name of a constant");
  const auto index = static_cast<size_t>(found - type.names.begin());
  writer.i32(type.kind == TypeKind::kScalaEnum ? type.ids[index] : static_cast<int64_t>(index));
}

void encode_window(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_object(writer, json, to_string(type))) return;
  for (const char* name : {"start", "end"}) {
    const std::optional<int64_t> time = limited<int64_t>(writer, member_or_null(json, name), type);
    if (time) writer.i64(*time);
  }
}

void encode_count_window(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_object(writer, json, to_string(type))) return;
  const std::optional<int64_t> id = limited<int64_t>(writer, member_or_null(json, "id"), type);
  if (id) writer.i64(*id);
}

void encode_constant(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const bool is_window = type.kind == TypeKind::kGlobalWindow;
  if (is_window ? json.units != u"global" : !is_null(json)) {
    return writer.expect(json, type, is_window ? "\"global\"" : "null");
  }
  if (type.kind != TypeKind::kNullValue) writer.u8(0);
}

void encode_integer(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (type.kind == TypeKind::kByte) {
    if (const auto number = limited<int8_t>(writer, json, type)) writer.u8(static_cast<uint32_t>(*number));
  } else if (type.kind == TypeKind::kShort) {
    if (const auto number = limited<int16_t>(writer, json, type)) writer.u16(static_cast<uint32_t>(*number));
  } else if (type.kind == TypeKind::kInt) {
    if (const auto number = limited<int32_t>(writer, json, type)) writer.i32(*number);
  } else {
    if (const auto number = limited<int64_t>(writer, json, type)) writer.i64(*number);
  }
}

void encode_real(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (type.kind == TypeKind::kFloat) {
    if (const auto number = float_from(writer, json, to_string(type)))
      writer.i32(std::bit_cast<int32_t>(*number));
  } else {
    if (const auto number = double_from(writer, json, to_string(type)))
      writer.i64(std::bit_cast<int64_t>(*number));
  }
}

void encode_boolean(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (const std::optional<bool> value = boolean_from(writer, json, to_string(type))) writer.boolean(*value);
}

}  // namespace

bool encode_basic(ValueWriter& writer, const JsonValue& json, const Type& type) {
  constexpr EncodedKind kFunctions[] = {
      {TypeKind::kBoolean, encode_boolean},
      {TypeKind::kByte, encode_integer},
      {TypeKind::kShort, encode_integer},
      {TypeKind::kInt, encode_integer},
      {TypeKind::kLong, encode_integer},
      {TypeKind::kFloat, encode_real},
      {TypeKind::kDouble, encode_real},
      {TypeKind::kChar, encode_char},
      {TypeKind::kString, encode_string},
      {TypeKind::kStringValue, encode_string},
      {TypeKind::kStringData, encode_string_data},
      {TypeKind::kNullValue, encode_constant},
      {TypeKind::kVoid, encode_constant},
      {TypeKind::kVoidNamespace, encode_constant},
      {TypeKind::kGlobalWindow, encode_constant},
      {TypeKind::kBigInteger, encode_big_integer},
      {TypeKind::kBigDecimal, encode_big_decimal},
      {TypeKind::kDecimalData, encode_decimal_data},
      {TypeKind::kEnum, encode_enum},
      {TypeKind::kScalaEnum, encode_enum},
      {TypeKind::kTimeWindow, encode_window},
      {TypeKind::kCountWindow, encode_count_window},
  };
  return encode_one_of(kFunctions, writer, json, type);
}

}  // namespace checkpointfs::state
