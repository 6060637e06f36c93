// SPDX-License-Identifier: Apache-2.0
#include "java/utf.h"

#include <cstdint>
#include <cstring>

namespace checkpointfs::java {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

bool is_utf(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    // Nearly all names are ASCII: eight bytes at a time.
    uint64_t word = 0;
    if (text.size() - i >= sizeof word) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & kHighBits) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t length = first < 0x80 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 0;
    if (length == 0 || length > text.size() - i) return false;
    for (size_t k = 1; k < length; ++k) {
      if (!is_continuation(text[i + k])) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace checkpointfs::java
