// SPDX-License-Identifier: Apache-2.0
// JSON text that was parsed: with numbers as they are written, and strings of UTF-16 units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"

namespace checkpointfs::state {

struct JsonMember;

struct JsonValue {
  enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  uint64_t offset = 0;              // in the text, in bytes
  std::string number;               // kNumber: its text
  std::u16string units;             // kString
  std::vector<JsonValue> elements;  // kArray
  std::vector<JsonMember> members;  // kObject, in the order of the text

  // Null if there is no such member.
  const JsonValue* member(std::string_view name) const;
};

struct JsonMember {
  std::u16string name;
  JsonValue value;
};

// Parses RFC 8259, at most 64 arrays and objects deep.
base::Result<JsonValue> parse_json(std::string_view text);

// The bytes that append_json_string() wrote as these units: UTF-8, and one byte for each \udcXX from \udc80
// on. Nothing if they have another lone surrogate.
std::optional<std::string> bytes_of_units(std::u16string_view units);

}  // namespace checkpointfs::state
