// SPDX-License-Identifier: Apache-2.0
// Bits of MaskUtils: the most significant bit of a byte comes first.
#pragma once

#include <cstdint>
#include <string>

#include "state/bytes/input.h"

namespace checkpointfs::state {

class BitMask {
 public:
  // Reads `bits` bits, rounded up to bytes. No bit is set after an error.
  BitMask(Input& in, uint64_t bits) : bytes_(in.bytes((bits + 7) / 8, "null mask")) {}

  bool operator[](uint64_t bit) const {
    return bit / 8 < bytes_.size() && (static_cast<unsigned char>(bytes_[bit / 8]) >> (7 - bit % 8) & 1) != 0;
  }

 private:
  std::string bytes_;  // a copy: what is read behind the mask moves the bytes
};

}  // namespace checkpointfs::state
