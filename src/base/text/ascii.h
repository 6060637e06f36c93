// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace checkpointfs::base {

inline uint64_t eight_bytes_at(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Is true if all bytes are below 0x80; U+0000 is one of them. It takes eight bytes at a time; the last eight
// may be in part those before.
inline bool is_ascii(std::string_view text) {
  uint64_t all = 0;
  if (text.size() < sizeof all) {
    for (const char c : text) all |= static_cast<unsigned char>(c);
  } else {
    for (size_t i = 0; i < text.size() - sizeof all; i += sizeof all) all |= eight_bytes_at(text.data() + i);
    all |= eight_bytes_at(text.data() + text.size() - sizeof all);
  }
  return (all & 0x8080808080808080) == 0;
}

}  // namespace checkpointfs::base
