// SPDX-License-Identifier: Apache-2.0
// Bytes that are appended and read again: in memory as long as they are few, then in a nameless file in the
// directory for temporary files (TMPDIR, /var/tmp or /tmp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::base {

class SpillFile {
 public:
  // Throws SystemError.
  void append(std::string_view bytes);
  uint64_t size() const { return written_ + buffer_.size(); }
  // Reads up to `length` bytes from `offset` on, at least one. REQUIRES: offset < size(). Throws SystemError.
  std::string read(uint64_t offset, size_t length) const;

 private:
  void write_buffer();

  std::string buffer_;  // that the file does not have yet
  uint64_t written_ = 0;
  UniqueFd file_;
};

}  // namespace checkpointfs::base
