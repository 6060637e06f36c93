// SPDX-License-Identifier: Apache-2.0
#include "state/values/string_values.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/text/ascii.h"

namespace checkpointfs::state {
namespace {

// A long string is read in pieces, so that a hostile length needs no memory.
constexpr uint64_t kPieceOfString = 16384;

uint64_t read_length(Input& in) {
  const uint64_t start = in.offset();
  uint64_t length = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint8_t byte = in.u8("string length");
    length |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      if (length <= std::numeric_limits<int32_t>::max()) return length;
      break;
    }
  }
  in.fail(start, "string length", "more than 31 bits");
  return 0;
}

// One unit ends at each byte below 0x80, so `length` units have at least `length` bytes: no read goes beyond
// the string.
void skip_units(Input& in, uint64_t length) {
  while (length > 0 && in.ok()) {
    const std::string_view piece = in.bytes(std::min(length, kPieceOfString), "string");
    length -= static_cast<uint64_t>(std::count_if(
        piece.begin(), piece.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  }
}

void write_units(Input& in, uint64_t length, std::string& out) {
  JsonString string(out);
  uint32_t unit = 0;
  uint32_t shift = 0;
  while (length > 0 && in.ok()) {
    const std::string_view piece = in.bytes(std::min(length, kPieceOfString), "string");
    if (shift == 0 && base::is_ascii(piece)) {
      string.ascii(piece);
      length -= piece.size();
      continue;
    }
    for (const char c : piece) {
      const auto byte = static_cast<unsigned char>(c);
      unit |= (byte & 0x7FU) << shift;
      shift += 7;
      if (unit > 0xFFFF || shift > 21) {
        in.fail("string", "a character of more than 16 bits");
        return;
      }
      if (byte >= 0x80) continue;
      string.unit(static_cast<uint16_t>(unit));
      unit = shift = 0;
      --length;
    }
  }
  string.end();
}

void read_units(ValueReader& reader, uint64_t length) {
  if (reader.out().writes()) {
    write_units(reader.in(), length, reader.out().text());
  } else {
    skip_units(reader.in(), length);
  }
}

}  // namespace

void read_string(ValueReader& reader) {
  const uint64_t length = read_length(reader.in());
  if (!reader.ok()) return;
  if (length == 0) {
    reader.out().null();
  } else {
    read_units(reader, length - 1);
  }
}

void read_string(ValueReader& reader, const Type&) {
  read_string(reader);
}

void read_string_value(ValueReader& reader, const Type&) {
  const uint64_t length = read_length(reader.in());
  if (reader.ok()) read_units(reader, length);
}

void read_char(ValueReader& reader, const Type&) {
  const uint16_t unit = reader.in().u16("char");
  if (!reader.out().writes()) return;
  JsonString string(reader.out().text());
  string.unit(unit);
  string.end();
}

void read_char_array(ValueReader& reader) {
  uint64_t left = reader.in().count(2, "char[] length");
  if (!reader.out().writes()) {
    reader.in().skip(2 * left, "char[]");
    return;
  }
  JsonString string(reader.out().text());
  for (; left > 0 && reader.ok(); --left) string.unit(reader.in().u16("char[]"));
  string.end();
}

void read_utf8(ValueReader& reader) {
  const uint32_t length = reader.in().count(1, "string length");
  if (reader.out().writes()) {
    const std::string_view text = reader.in().bytes(length, "string");
    if (reader.ok()) reader.out().string(text);
  } else {
    reader.in().skip(length, "string");
  }
}

void read_string_data(ValueReader& reader, const Type&) {
  read_utf8(reader);
}

}  // namespace checkpointfs::state
