// SPDX-License-Identifier: Apache-2.0
#include "state/values/kryo_input.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace checkpointfs::state {
namespace {

constexpr size_t kMaxNameLength = 512;  // of a class

}  // namespace

uint32_t KryoInput::varint(const char* field) {
  Input& in = reader_.in();
  const uint64_t start = in.offset();
  uint64_t number = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint8_t byte = in.u8(field);
    number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80 && number <= std::numeric_limits<uint32_t>::max()) return static_cast<uint32_t>(number);
  }
  in.fail(start, field, "more than 32 bits");
  return 0;
}

// The ninth byte has eight bits.
uint64_t KryoInput::varlong(const char* field) {
  Input& in = reader_.in();
  uint64_t number = 0;
  for (int shift = 0; shift < 56; shift += 7) {
    const uint8_t byte = in.u8(field);
    number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
  return number | static_cast<uint64_t>(in.u8(field)) << 56;
}

int32_t KryoInput::zigzag_int(const char* field) {
  const uint32_t number = varint(field);
  return static_cast<int32_t>(number >> 1 ^ (0U - (number & 1)));
}

int64_t KryoInput::zigzag_long(const char* field) {
  const uint64_t number = varlong(field);
  return static_cast<int64_t>(number >> 1 ^ (uint64_t{0} - (number & 1)));
}

uint16_t KryoInput::fixed_short(const char* field) {
  const uint16_t number = reader_.in().u16(field);
  return version_ == KryoVersion::kKryo2 ? number : __builtin_bswap16(number);
}

int32_t KryoInput::fixed_int(const char* field) {
  const int32_t number = reader_.in().i32(field);
  return version_ == KryoVersion::kKryo2
             ? number
             : static_cast<int32_t>(__builtin_bswap32(static_cast<uint32_t>(number)));
}

int64_t KryoInput::fixed_long(const char* field) {
  const int64_t number = reader_.in().i64(field);
  return version_ == KryoVersion::kKryo2
             ? number
             : static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(number)));
}

uint32_t KryoInput::count(const char* field) {
  const uint64_t start = reader_.in().offset();
  const uint32_t number = varint(field);
  if (number <= static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) return number;
  reader_.in().fail(start, field, "negative");
  return 0;
}

// length + 1 in 6 bits of the first byte, whose bit 6 tells of further bytes of 7 bits.
uint64_t KryoInput::length_of_units(uint8_t first) {
  uint64_t length = first & 0x3F;
  bool more = (first & 0x40) != 0;
  for (int shift = 6; more; shift += 7) {
    const uint8_t byte = reader_.in().u8("string length");
    length |= static_cast<uint64_t>(byte & 0x7F) << shift;
    more = byte >= 0x80;
    if (length > uint64_t{std::numeric_limits<int32_t>::max()} + 1 || shift > 27) {
      reader_.in().fail("string length", "more than 31 bits");
      return 0;
    }
  }
  return length;
}

void KryoInput::string() {
  const uint8_t first = reader_.in().u8("string");
  const bool is_ascii = first < 0x80;
  const uint64_t length = is_ascii ? 0 : length_of_units(first);
  if (!reader_.ok()) return;
  if (!is_ascii && length == 0) return reader_.out().null();
  std::optional<JsonString> string;
  if (reader_.out().writes()) string.emplace(reader_.out().text());
  if (is_ascii) {
    ascii_rest(first, string ? &*string : nullptr);
  } else {
    units(length - 1, string ? &*string : nullptr);
  }
  if (string) string->end();
}

// The last character has bit 7 set.
void KryoInput::ascii_rest(uint8_t first, JsonString* string) {
  for (uint8_t byte = first; reader_.ok(); byte = reader_.in().u8("string")) {
    if (string != nullptr) string->unit(byte & 0x7F);
    if (byte >= 0x80) return;
  }
}

// UTF-16 units in the form of modified UTF-8, but for U+0000.
void KryoInput::units(uint64_t length, JsonString* string) {
  Input& in = reader_.in();
  for (; length > 0 && in.ok(); --length) {
    const uint8_t byte = in.u8("string");
    uint32_t unit = byte;
    if (byte >= 0x80) {
      const int more = byte >> 5 == 6 ? 1 : byte >> 4 == 14 ? 2 : 0;
      if (more == 0) return in.fail("string", "no character of Kryo");
      unit = byte & (more == 1 ? 0x1FU : 0x0FU);
      for (int i = 0; i < more; ++i) unit = unit << 6 | (in.u8("string") & 0x3FU);
    }
    if (string != nullptr) string->unit(static_cast<uint16_t>(unit));
  }
}

std::string KryoInput::ascii() {
  Input& in = reader_.in();
  std::string name;
  uint8_t byte = in.u8("class name");
  if (byte >= 0x80) {
    const uint64_t length = length_of_units(byte);
    if (length == 0 || length > kMaxNameLength) return {};
    name = in.bytes(length - 1, "class name");
    const bool is_plain =
        std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return is_plain ? name : std::string();
  }
  for (; in.ok() && byte < 0x80 && name.size() < kMaxNameLength; byte = in.u8("class name")) {
    name += static_cast<char>(byte);
  }
  name += static_cast<char>(byte & 0x7F);
  return name;
}

}  // namespace checkpointfs::state
