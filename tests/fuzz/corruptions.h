// SPDX-License-Identifier: Apache-2.0
// Every way to damage an input at one place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::fuzz {

struct Corruption {
  enum class Kind : uint8_t { kTruncated, kBit, kInteger };
  Kind kind = Kind::kTruncated;
  uint64_t offset = 0;  // kTruncated: the length that is left
  int width = 0;        // kBit: the number of the bit; kInteger: bytes
  uint64_t value = 0;   // kInteger: what is written there, big-endian
};

// "4 bytes at offset 12 are 7fffffff".
std::string to_string(const Corruption& corruption);

// `input` cut off at each byte, with each bit flipped, and with each integer of 2, 4 and 8 bytes at each
// position replaced by 0, -1, the greatest and the least one, its neighbours, and the neighbours of the
// length of the input and of what is left of it. Visits each `step`th of all these, in order. The bytes that
// `visit` gets are valid during the call only.
void for_each_corruption(std::string_view input, uint64_t step,
                         const std::function<void(std::string_view, const Corruption&)>& visit);

}  // namespace checkpointfs::fuzz
