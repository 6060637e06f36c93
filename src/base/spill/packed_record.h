// SPDX-License-Identifier: Apache-2.0
// Records as bytes, for SpilledList. A text is written as its difference to the text in the same place of the
// record before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::base {

class Packer {
 public:
  void text(std::string_view value);
  void number(uint64_t value);
  // Begins a record: the one before is forgotten, but for the differences to it.
  void begin();
  // The bytes of the record; valid until the next one begins.
  std::string_view bytes() const { return bytes_; }

 private:
  std::vector<std::string> before_;
  size_t place_ = 0;
  std::string bytes_;
};

// Reads what a Packer wrote, in the same order.
class Unpacker {
 public:
  // REQUIRES: the bytes of a whole record, which live until it is read.
  void begin(std::string_view bytes);
  const std::string& text();
  uint64_t number();
  bool at_end() const { return left_.empty(); }

 private:
  std::vector<std::string> before_;
  size_t place_ = 0;
  std::string_view left_;
};

}  // namespace checkpointfs::base
