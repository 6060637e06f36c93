// SPDX-License-Identifier: Apache-2.0
// Writes what Java's DataOutputStream writes: big-endian numbers, UTF with a length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::test {

class Bytes {
 public:
  Bytes& u8(int value);
  Bytes& i16(int value);
  Bytes& i32(int64_t value);
  Bytes& i64(int64_t value);
  // u16 length, then the bytes as they are.
  Bytes& utf(std::string_view text);
  // int length, then the bytes.
  Bytes& block(std::string_view bytes);
  Bytes& raw(std::string_view bytes);
  Bytes& raw(const Bytes& bytes) { return raw(bytes.str()); }
  // Appends bytes given as hexadecimal digits. Whitespace, and text from '#' to the end of the line, is a
  // comment.
  Bytes& hex(std::string_view text);

  const std::string& str() const { return text_; }
  // Implicit: handles are strings, however they were written.
  operator std::string() const { return text_; }

 private:
  Bytes& big_endian(uint64_t value, int size);
  std::string text_;
};

}  // namespace checkpointfs::test
