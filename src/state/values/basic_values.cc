// SPDX-License-Identifier: Apache-2.0
#include "state/values/basic_values.h"

#include <algorithm>
#include <bit>

#include "base/text/message.h"
#include "state/json/big_numbers.h"

namespace checkpointfs::state {
namespace {

// BigIntSerializer: a length + 4, or one of these.
enum : int32_t { kNullNumber, kZero, kOne, kTen, kLengthBase };

// Appends the digits; false for null, and after an error.
bool read_digits(ValueReader& reader) {
  const uint64_t start = reader.in().offset();
  const int32_t code = reader.in().i32("length of the number");
  if (!reader.ok() || code == kNullNumber) return false;
  if (code < 0 || code == kLengthBase) {
    reader.in().fail(start, "length of the number", base::format("no length {}", code));
    return false;
  }
  if (code < kLengthBase) {
    reader.out().raw(code == kZero ? "0" : code == kOne ? "1" : "10");
    return true;
  }
  const auto length = static_cast<uint64_t>(code - kLengthBase);
  if (!reader.out().writes()) {
    reader.in().skip(length, "number");
    return reader.ok();
  }
  const std::string_view bytes = reader.in().bytes(length, "number");
  if (reader.ok()) append_big_integer(bytes, reader.out().text());
  return reader.ok();
}

}  // namespace

void read_opaque(ValueReader& reader, const Type&) {
  reader.set_opaque();
}

void read_null_value(ValueReader& reader, const Type&) {
  reader.out().null();
}

void read_void(ValueReader& reader, const Type&) {
  reader.in().u8("void");
  reader.out().null();
}

void read_boolean(ValueReader& reader, const Type&) {
  reader.out().boolean(reader.in().boolean("boolean"));
}

void read_byte(ValueReader& reader, const Type&) {
  reader.out().integer(reader.in().i8("byte"));
}

void read_short(ValueReader& reader, const Type&) {
  reader.out().integer(reader.in().i16("short"));
}

void read_int(ValueReader& reader, const Type&) {
  reader.out().integer(reader.in().i32("int"));
}

void read_long(ValueReader& reader, const Type&) {
  reader.out().long_integer(reader.in().i64("long"));
}

void read_float(ValueReader& reader, const Type&) {
  reader.out().real(std::bit_cast<float>(reader.in().i32("float")));
}

void read_double(ValueReader& reader, const Type&) {
  reader.out().real(std::bit_cast<double>(reader.in().i64("double")));
}

void read_big_integer(ValueReader& reader, const Type&) {
  const size_t start = reader.out().size();
  reader.out().raw("\"");
  if (read_digits(reader)) return reader.out().raw("\"");
  if (reader.out().writes()) reader.out().text().resize(start);
  reader.out().null();
}

void read_big_decimal(ValueReader& reader, const Type&) {
  const size_t start = reader.out().size();
  reader.out().raw("\"");
  if (read_digits(reader)) {
    const int32_t scale = reader.in().i32("scale");
    if (reader.out().writes()) scale_digits(start + 1, scale, reader.out().text());
    return reader.out().raw("\"");
  }
  if (reader.out().writes()) reader.out().text().resize(start);
  reader.out().null();
}

void read_enum(ValueReader& reader, const Type& type) {
  const uint64_t start = reader.in().offset();
  const auto ordinal = static_cast<uint32_t>(reader.in().i32("enum"));
  if (ordinal < type.names.size()) return reader.out().string(type.names[ordinal]);
  reader.in().fail(start, "enum", base::format("constant {} of {}", ordinal, type.names.size()));
}

void read_scala_enum(ValueReader& reader, const Type& type) {
  const uint64_t start = reader.in().offset();
  const int32_t id = reader.in().i32("enumeration");
  const auto found = std::find(type.ids.begin(), type.ids.end(), id);
  if (found == type.ids.end())
    return reader.in().fail(start, "enumeration", base::format("no constant {}", id));
  const auto index = static_cast<size_t>(found - type.ids.begin());
  reader.spend(index / 256);
  reader.out().string(type.names[index]);
}

void read_time_window(ValueReader& reader, const Type&) {
  reader.out().raw("{\"start\":");
  reader.out().long_integer(reader.in().i64("start of the window"));
  reader.out().raw(",\"end\":");
  reader.out().long_integer(reader.in().i64("end of the window"));
  reader.out().raw("}");
}

void read_global_window(ValueReader& reader, const Type&) {
  reader.in().u8("window");
  reader.out().raw("\"global\"");
}

void read_count_window(ValueReader& reader, const Type&) {
  reader.out().raw("{\"id\":");
  reader.out().long_integer(reader.in().i64("window"));
  reader.out().raw("}");
}

}  // namespace checkpointfs::state
