// SPDX-License-Identifier: Apache-2.0
// Bytes of a value that grow at their end, as Java's DataOutputStream writes them, and the first error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/json/json_value.h"
#include "state/types/type.h"

namespace checkpointfs::state {

class ValueWriter {
 public:
  // Writes a value of any type.
  using Function = void (*)(ValueWriter&, const JsonValue&, const Type&);
  explicit ValueWriter(Function write_value) : write_value_(write_value) {}

  // Writes a value inside of the current one, if there is no error yet.
  void value(const JsonValue& json, const Type& type) {
    if (!error_) write_value_(*this, json, type);
  }

  void u8(uint32_t value) { bytes_ += static_cast<char>(value & 0xFF); }
  void boolean(bool value) { u8(value ? 1 : 0); }
  void u16(uint32_t value);
  void i32(int64_t value);
  void i64(int64_t value);
  // Seven bits a byte, low bits first.
  void varint(uint64_t value);
  void raw(std::string_view bytes) { bytes_ += bytes; }
  // StringValue.writeString() with `extra` added to the length.
  void units(std::u16string_view units, uint32_t extra);

  const std::string& bytes() const { return bytes_; }
  bool ok() const { return !error_; }
  const base::InputError& error() const { return *error_; }
  // The first call wins: `type` expects `expected`, which `json` is not.
  void expect(const JsonValue& json, std::string_view type, std::string_view expected);
  void expect(const JsonValue& json, const Type& type, std::string_view expected) {
    if (!error_) expect(json, to_string(type), expected);
  }
  // For a try: where one is, and back to it, without the error.
  size_t size() const { return bytes_.size(); }
  void go_back(size_t size);

 private:
  Function write_value_;
  std::string bytes_;
  std::optional<base::InputError> error_;
};

// The function that writes values of one kind.
struct EncodedKind {
  TypeKind kind;
  ValueWriter::Function encode;
};
// Writes the value with the function of its kind. False: none of `kinds` is that of the type.
bool encode_one_of(std::span<const EncodedKind> kinds, ValueWriter& writer, const JsonValue& json,
                   const Type& type);

// Readers of JSON. Nothing, and an error, if it is something else.

// A number without a fraction, also in quotation marks.
std::optional<int64_t> integer_from(ValueWriter& writer, const JsonValue& json, std::string_view type,
                                    int64_t least, int64_t most);
// A number, or "NaN", "Infinity", "-Infinity".
std::optional<double> double_from(ValueWriter& writer, const JsonValue& json, std::string_view type);
std::optional<float> float_from(ValueWriter& writer, const JsonValue& json, std::string_view type);
// "0x...".
std::optional<std::string> hex_from(ValueWriter& writer, const JsonValue& json, std::string_view type);
// A string of UTF-8.
std::optional<std::string> text_from(ValueWriter& writer, const JsonValue& json, std::string_view type);
// true or false.
std::optional<bool> boolean_from(ValueWriter& writer, const JsonValue& json, std::string_view type);

bool is_null(const JsonValue& json);
// True if it is an array; else an error.
bool expect_array(ValueWriter& writer, const JsonValue& json, std::string_view type);
bool expect_object(ValueWriter& writer, const JsonValue& json, std::string_view type);
// The value of a member; null if the object lacks it.
const JsonValue& member_or_null(const JsonValue& object, std::string_view name);

}  // namespace checkpointfs::state
