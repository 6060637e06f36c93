// SPDX-License-Identifier: Apache-2.0
// Bytes of a long text at one address, of which only a window is in memory.
#pragma once

#include <cstdint>
#include <string_view>

namespace checkpointfs::base {

// Views into the bytes stay valid while more are appended, until they are dropped. Not thread-safe.
class ByteWindow {
 public:
  // Reserves addresses for `most` bytes, and no memory. Throws SystemError.
  explicit ByteWindow(uint64_t most);
  ~ByteWindow();
  ByteWindow(const ByteWindow&) = delete;
  ByteWindow& operator=(const ByteWindow&) = delete;

  // All that was appended. Bytes that were dropped read as zeros.
  std::string_view bytes() const { return {start_, size_}; }
  // REQUIRES: there are not more than `most` bytes in all.
  void append(std::string_view text);
  // Room for bytes that the caller writes at end(), before added().
  char* end() { return start_ + size_; }
  uint64_t room() const { return most_ - size_; }
  void added(uint64_t length) { size_ += length; }
  // Frees the memory of the bytes before `offset`.
  void drop_before(uint64_t offset);

 private:
  char* start_ = nullptr;
  uint64_t most_;
  uint64_t size_ = 0;
  uint64_t dropped_ = 0;  // a multiple of kStep
};

}  // namespace checkpointfs::base
