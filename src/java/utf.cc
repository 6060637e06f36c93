// SPDX-License-Identifier: Apache-2.0
#include "java/utf.h"

#include <cstdint>
#include <cstring>

namespace checkpointfs::java {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

uint64_t word_at(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Eight bytes at a time; the last eight may be in part those before.
bool is_ascii(std::string_view text) {
  uint64_t all = 0;
  if (text.size() < sizeof all) {
    for (const char c : text) all |= static_cast<unsigned char>(c);
  } else {
    for (size_t i = 0; i < text.size() - sizeof all; i += sizeof all) all |= word_at(text.data() + i);
    all |= word_at(text.data() + text.size() - sizeof all);
  }
  return (all & kHighBits) == 0;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

bool is_utf(std::string_view text) {
  if (is_ascii(text)) return true;  // as nearly all names are
  size_t i = 0;
  while (i < text.size()) {
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
