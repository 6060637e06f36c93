// SPDX-License-Identifier: Apache-2.0
// Reads Java's DataOutputStream encoding (big-endian, signed) forward, from memory or piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/byte_stream.h"

namespace checkpointfs::state {

// base::ByteCursor's contract over a stream: the first error sticks, and after it every read returns zero or
// an empty view. A view lives until the next call that reads, unless a mark keeps it; views of an input in
// memory live as long as its bytes.
class Input {
 public:
  // `offset`: the position of the first byte, for messages. REQUIRES: the bytes outlive it.
  explicit Input(std::string_view bytes, uint64_t offset = 0);
  // REQUIRES: the stream outlives it. Reads ahead in pieces of 256 KiB.
  explicit Input(ByteStream& stream, uint64_t offset = 0);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  bool ok() const { return !error_; }
  // REQUIRES: !ok().
  const base::InputError& error() const { return *error_; }
  // Of the next byte.
  uint64_t offset() const { return start_offset_ + static_cast<uint64_t>(next_ - start_); }
  // Reads ahead if need be. True after an error.
  bool at_end() { return next_ == end_ && !fill(1); }

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
  void skip(uint64_t length, const char* field);
  // An int that counts items of at least `min_item_size` bytes (>= 1). Negative, or more than the bytes that
  // are left, is an error; a stream does not know how many are left before it has read its last piece.
  uint32_t count(uint64_t min_item_size, const char* field);
  // The next bytes, `most` or fewer if the input ends, without moving. Empty after an error.
  std::string_view peek(uint64_t most);

  // Keeps all bytes from here on in memory until since_mark() is called. REQUIRES: no mark is set.
  void mark() { mark_ = next_; }
  // The bytes since mark(); the view lives until the next call that reads. Removes the mark.
  std::string_view since_mark();
  // Moves back to the mark, removes it, and forgets an error that was met behind it: another way to read the
  // same bytes can be tried. An error of the stream itself stays.
  void rewind();

  // Marks the input as wrong at `offset`; the first call wins.
  void fail(uint64_t offset, const char* field, std::string reason, bool truncated = false);
  void fail(const char* field, std::string reason) { fail(offset(), field, std::move(reason)); }

 private:
  bool need(uint64_t length, const char* field) {
    return length <= static_cast<uint64_t>(end_ - next_) || refill(length, field);
  }
  template <typename Number>
  Number big_endian() {
    Number value = 0;
    for (size_t i = 0; i < sizeof(Number); ++i) {
      value = static_cast<Number>(value << 8 | static_cast<unsigned char>(next_[i]));
    }
    next_ += sizeof(Number);
    return value;
  }
  bool refill(uint64_t length, const char* field);
  bool fill(uint64_t length);
  bool read_more();
  void make_room();
  void stop(base::InputError error);

  // start_ <= mark_ <= next_ <= end_ <= held_end_. After an error next_ == end_, so that reads leave the fast
  // path.
  const char* start_ = nullptr;
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  const char* held_end_ = nullptr;  // of the bytes in memory
  const char* mark_ = nullptr;      // null: no mark
  uint64_t start_offset_ = 0;       // of start_
  ByteStream* stream_ = nullptr;    // null: everything is in memory, or the stream has ended
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  std::optional<base::InputError> error_;
  bool stream_failed_ = false;
};

}  // namespace checkpointfs::state
