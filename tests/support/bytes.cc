// SPDX-License-Identifier: Apache-2.0
#include "tests/support/bytes.h"

#include <cctype>
#include <stdexcept>
#include <utility>

namespace checkpointfs::test {

Bytes& Bytes::big_endian(uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    text_.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return *this;
}

Bytes& Bytes::u8(int value) {
  return big_endian(static_cast<uint64_t>(value), 1);
}
Bytes& Bytes::i16(int value) {
  return big_endian(static_cast<uint64_t>(value), 2);
}
Bytes& Bytes::i32(int64_t value) {
  return big_endian(static_cast<uint64_t>(value), 4);
}
Bytes& Bytes::i64(int64_t value) {
  return big_endian(static_cast<uint64_t>(value), 8);
}

Bytes& Bytes::utf(std::string_view text) {
  return i16(static_cast<int>(text.size())).raw(text);
}

Bytes& Bytes::block(std::string_view bytes) {
  return i32(static_cast<int64_t>(bytes.size())).raw(bytes);
}

Bytes& Bytes::raw(std::string_view bytes) {
  text_ += bytes;
  return *this;
}

Bytes& Bytes::hex(std::string_view text) {
  int digits = 0;
  int value = 0;
  bool comment = false;
  for (const char c : text) {
    comment = c != '\n' && (comment || c == '#');
    if (comment || std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) throw std::logic_error("not a hexadecimal digit");
    value = value * 16 + std::stoi(std::string(1, c), nullptr, 16);
    if (++digits % 2 == 0) u8(std::exchange(value, 0));
  }
  if (digits % 2 != 0) throw std::logic_error("half a byte");
  return *this;
}

}  // namespace checkpointfs::test
