// SPDX-License-Identifier: Apache-2.0
// Yields the lines of a file of any size, one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"

namespace checkpointfs::transfer {

// Puts up to `size` bytes into `buffer` and returns their number; 0 at the end. Throws SystemError.
using ByteSource = std::function<size_t(char* buffer, size_t size)>;

// Reads `fd`, which outlives the source; `name` is for messages.
ByteSource bytes_of_file(int fd, std::string name);
// Reads `text`, which outlives the source.
ByteSource bytes_of_text(std::string_view text);

// Longer than any line with a path, a URI of as many bytes and their escapes.
inline constexpr size_t kLongestLine = 1 << 18;

// Not thread-safe.
class LineReader {
 public:
  explicit LineReader(ByteSource source) : source_(std::move(source)) {}

  // The next line without its line feed; nothing at the end of the input. An error: the line exceeds
  // kLongestLine. The view lives until the next call.
  base::Result<std::optional<std::string_view>> next();

  // The number of the last line, from 1, and its first byte.
  uint64_t line() const { return line_; }
  uint64_t offset() const { return offset_; }
  // True if the last line ended with a line feed, and not with the input.
  bool ended() const { return ended_; }
  // An error in the last line: its field is "line N".
  base::InputError error(std::string reason) const;

 private:
  ByteSource source_;
  std::string buffer_;
  size_t begin_ = 0;  // of what was not yielded
  uint64_t line_ = 0;
  uint64_t offset_ = 0;
  uint64_t next_offset_ = 0;
  bool ended_ = true;
  bool exhausted_ = false;
};

}  // namespace checkpointfs::transfer
