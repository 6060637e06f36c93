// SPDX-License-Identifier: Apache-2.0
// A part of the memory format of Flink's SQL (BinaryRowData, BinaryArrayData): little-endian, with offsets
// that are relative to its start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "state/bytes/input.h"

namespace checkpointfs::state {

class BinaryView {
 public:
  // `offset`: the position of the first byte in the input, which takes the errors. REQUIRES: `bytes` live.
  BinaryView(std::string_view bytes, uint64_t offset, Input& in) : bytes_(bytes), offset_(offset), in_(&in) {}

  uint64_t size() const { return bytes_.size(); }
  uint64_t offset() const { return offset_; }
  std::string_view bytes() const { return bytes_; }

  // Zero, no bytes or no bit where the view ends earlier; the input has an error then.
  template <typename Number>
  Number number(uint64_t position) const {
    uint64_t value = 0;
    if (!has(position, sizeof(Number))) return 0;
    for (size_t i = sizeof(Number); i-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(bytes_[position + i]);
    }
    return static_cast<Number>(value);
  }
  BinaryView part(uint64_t position, uint64_t length) const;
  // Bit `index` from the byte at `position` on, the least significant one of a byte first.
  bool bit(uint64_t position, uint64_t index) const;

  void fail(uint64_t position, const char* field, std::string reason) const;

 private:
  bool has(uint64_t position, uint64_t length) const;

  std::string_view bytes_;
  uint64_t offset_;
  Input* in_;
};

}  // namespace checkpointfs::state
