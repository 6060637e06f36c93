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

namespace checkpointfs::state {

// A stream of bytes: a range of a StateBytes, or the decompressed form of one.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Reads at most `most` bytes. 0: the stream has ended. Throws base::SystemError if the file cannot be read;
  // damage of a compressed stream is returned as an error that sticks to the Input.
  virtual base::Result<size_t> read(char* out, size_t most) = 0;
};

// base::ByteCursor's contract over a stream: the first error sticks, and after it every read returns zero or an
// empty view. A view lives until the next call that reads, unless a mark keeps it.
class Input {
 public:
  // REQUIRES: the bytes outlive it.
  explicit Input(std::string_view bytes);
  // `offset`: the position of the first byte, for messages. REQUIRES: the stream outlives it.
  explicit Input(ByteStream& stream, uint64_t offset = 0);

  bool ok() const { return !error_; }
  // REQUIRES: !ok().
  const base::InputError& error() const { return *error_; }
  // Of the next byte.
  uint64_t offset() const;
  // Reads ahead if need be.
  bool at_end();

  uint8_t u8(const char* field);
  int8_t i8(const char* field) { return static_cast<int8_t>(u8(field)); }
  bool boolean(const char* field) { return u8(field) != 0; }
  uint16_t u16(const char* field);
  int16_t i16(const char* field) { return static_cast<int16_t>(u16(field)); }
  int32_t i32(const char* field);
  int64_t i64(const char* field);
  // u16 length, then that many bytes of modified UTF-8, as they are.
  std::string_view utf(const char* field);
  std::string_view bytes(uint64_t length, const char* field);
  void skip(uint64_t length, const char* field);
  // An int that counts items of at least `min_item_size` bytes (>= 1). Negative, or more than what is left of
  // an input in memory, is an error.
  uint32_t count(uint64_t min_item_size, const char* field);

  // Keeps all bytes from here on in memory until since_mark() is called. REQUIRES: no mark is set.
  void mark();
  // The bytes since mark(); the view lives until the next call that reads. Removes the mark.
  std::string_view since_mark();

  // Marks the input as wrong at `offset`; the first call wins.
  void fail(uint64_t offset, const char* field, std::string reason, bool truncated = false);
  void fail(const char* field, std::string reason) { fail(offset(), field, std::move(reason)); }

 private:
  // The implementation's.
};

}  // namespace checkpointfs::state
