// SPDX-License-Identifier: Apache-2.0
// The bytes that an Input reads: a range of memory, or a piece of a stream that is kept in memory.
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

// Knows the position, the first error, and a mark to which one can return.
class InputBytes {
 public:
  // `offset`: the position of the first byte, for messages. REQUIRES: the bytes outlive it.
  explicit InputBytes(std::string_view bytes, uint64_t offset = 0);
  // REQUIRES: the stream outlives it. Reads ahead in pieces of 256 KiB.
  explicit InputBytes(ByteStream& stream, uint64_t offset = 0);
  InputBytes(const InputBytes&) = delete;
  InputBytes& operator=(const InputBytes&) = delete;

  bool ok() const { return !error_; }
  // REQUIRES: !ok().
  const base::InputError& error() const { return *error_; }
  // The position of the next byte.
  uint64_t offset() const { return start_offset_ + static_cast<uint64_t>(next_ - start_); }
  // Reads ahead if need be. True after an error.
  bool at_end() { return next_ == end_ && (stream_ == nullptr || !fill(1)); }
  // The next bytes, `most` or fewer if the input ends, without moving. Empty after an error.
  std::string_view peek(uint64_t most);
  void skip(uint64_t length, const char* field);

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

 protected:
  // True if so many bytes stand at next_; else fails.
  bool need(uint64_t length, const char* field) { return length <= held() || refill(length, field); }
  // The bytes in memory; all that are left if is_complete().
  uint64_t held() const { return static_cast<uint64_t>(end_ - next_); }
  bool is_complete() const { return stream_ == nullptr; }

  const char* next_ = nullptr;

 private:
  bool refill(uint64_t length, const char* field);
  bool fill(uint64_t length);
  bool read_more();
  void make_room();
  void stop(base::InputError error);

  // start_ <= mark_ <= next_ <= end_ <= held_end_. After an error next_ == end_, so that reads leave the fast
  // path.
  const char* start_ = nullptr;
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
