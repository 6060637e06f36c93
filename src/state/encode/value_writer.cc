// SPDX-License-Identifier: Apache-2.0
#include "state/encode/value_writer.h"

#include <limits>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "base/text/numbers.h"

namespace checkpointfs::state {
namespace {

// The text of a number, or of a string that could be one; else empty.
std::string number_text(const JsonValue& json) {
  if (json.kind == JsonValue::Kind::kNumber) return json.number;
  if (json.kind != JsonValue::Kind::kString) return {};
  return bytes_of_units(json.units).value_or("");
}

template <typename Number>
std::optional<Number> real_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  const std::string text = number_text(json);
  if (text == "NaN") return std::numeric_limits<Number>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<Number>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<Number>::infinity();
  const std::optional<Number> number = base::parse_number<Number>(text);
  if (!number || json.kind == JsonValue::Kind::kString) {
    writer.expect(json, type, "a number, or \"NaN\", \"Infinity\", \"-Infinity\"");
    return std::nullopt;
  }
  return number;
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  return base::bytes_from_hex(text.substr(2));
}

}  // namespace

void ValueWriter::u16(uint32_t value) {
  u8(value >> 8);
  u8(value);
}

void ValueWriter::i32(int64_t value) {
  u16(static_cast<uint32_t>(value) >> 16);
  u16(static_cast<uint32_t>(value));
}

void ValueWriter::i64(int64_t value) {
  i32(value >> 32);
  i32(value);
}

void ValueWriter::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) u8(static_cast<uint32_t>(value & 0x7F) | 0x80);
  u8(static_cast<uint32_t>(value));
}

void ValueWriter::units(std::u16string_view units, uint32_t extra) {
  varint(units.size() + extra);
  for (const char16_t unit : units) varint(unit);
}

void ValueWriter::expect(const JsonValue& json, std::string_view type, std::string_view expected) {
  if (error_) return;
  error_ = base::InputError{json.offset, std::string(type), base::format("expected {}", expected), false};
}

void ValueWriter::go_back(size_t size) {
  bytes_.resize(size);
  error_.reset();
}

bool encode_one_of(std::span<const EncodedKind> kinds, ValueWriter& writer, const JsonValue& json,
                   const Type& type) {
  for (const auto& [kind, encode] : kinds) {
    if (kind != type.kind) continue;
    encode(writer, json, type);
    return true;
  }
  return false;
}

std::optional<int64_t> integer_from(ValueWriter& writer, const JsonValue& json, std::string_view type,
                                    int64_t least, int64_t most) {
  const std::optional<int64_t> number = base::parse_number<int64_t>(number_text(json));
  if (number && *number >= least && *number <= most) return number;
  writer.expect(json, type, base::format("an integer from {} to {}", least, most));
  return std::nullopt;
}

std::optional<double> double_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  return real_from<double>(writer, json, type);
}

std::optional<float> float_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  return real_from<float>(writer, json, type);
}

std::optional<std::string> hex_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  std::optional<std::string> bytes;
  if (json.kind == JsonValue::Kind::kString) bytes = bytes_of_hex(bytes_of_units(json.units).value_or(""));
  if (!bytes) writer.expect(json, type, "bytes as \"0x...\"");
  return bytes;
}

std::optional<std::string> text_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  std::optional<std::string> text;
  if (json.kind == JsonValue::Kind::kString) text = bytes_of_units(json.units);
  if (!text) writer.expect(json, type, "a string");
  return text;
}

std::optional<bool> boolean_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  if (json.kind == JsonValue::Kind::kTrue) return true;
  if (json.kind == JsonValue::Kind::kFalse) return false;
  writer.expect(json, type, "true or false");
  return std::nullopt;
}

bool is_null(const JsonValue& json) {
  return json.kind == JsonValue::Kind::kNull;
}

bool expect_array(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  if (json.kind == JsonValue::Kind::kArray) return true;
  writer.expect(json, type, "an array");
  return false;
}

bool expect_object(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  if (json.kind == JsonValue::Kind::kObject) return true;
  writer.expect(json, type, "an object");
  return false;
}

const JsonValue& member_or_null(const JsonValue& object, std::string_view name) {
  static const JsonValue kNull;
  const JsonValue* const value = object.member(name);
  return value != nullptr ? *value : kNull;
}

}  // namespace checkpointfs::state
