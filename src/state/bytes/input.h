// SPDX-License-Identifier: Apache-2.0
// Reads Java's DataOutputStream encoding (big-endian, signed) forward, from memory or piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "state/bytes/input_bytes.h"

namespace checkpointfs::state {

// base::ByteCursor's contract over a stream: the first error sticks, and after it every read returns zero or
// an empty view. A view lives until the next call that reads, unless a mark keeps it; views of an input in
// memory live as long as its bytes.
class Input : public InputBytes {
 public:
  using InputBytes::InputBytes;

  uint8_t u8(const char* field) { return need(1, field) ? static_cast<uint8_t>(*next_++) : uint8_t{0}; }
  int8_t i8(const char* field) { return static_cast<int8_t>(u8(field)); }
  bool boolean(const char* field) { return u8(field) != 0; }
  uint16_t u16(const char* field) { return need(2, field) ? big_endian<uint16_t>() : uint16_t{0}; }
  int16_t i16(const char* field) { return static_cast<int16_t>(u16(field)); }
  int32_t i32(const char* field) { return need(4, field) ? static_cast<int32_t>(big_endian<uint32_t>()) : 0; }
  int64_t i64(const char* field) { return need(8, field) ? static_cast<int64_t>(big_endian<uint64_t>()) : 0; }
  // u16 length, then that many bytes of modified UTF-8, as they are.
  std::string_view utf(const char* field);
  std::string_view bytes(uint64_t length, const char* field);
  // An int that counts items of at least `min_item_size` bytes (>= 1). Negative, or more than the bytes that
  // are left, is an error; a stream does not know how many are left before it has read its last piece.
  uint32_t count(uint64_t min_item_size, const char* field);

 private:
  template <typename Number>
  Number big_endian() {
    Number value = 0;
    for (size_t i = 0; i < sizeof(Number); ++i) {
      value = static_cast<Number>(value << 8 | static_cast<unsigned char>(next_[i]));
    }
    next_ += sizeof(Number);
    return value;
  }
};

}  // namespace checkpointfs::state
