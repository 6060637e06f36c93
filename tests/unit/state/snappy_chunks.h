// SPDX-License-Identifier: Apache-2.0
// Chunks of a stream of Snappy frames, made without the code under test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::test {

// CRC-32C bit by bit, masked as frames have it.
inline uint32_t slow_masked_crc(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
  }
  crc = ~crc;
  return (crc >> 15 | crc << 17) + 0xA282EAD8;
}

inline std::string little_endian(uint32_t value, int size) {
  std::string out;
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

inline std::string snappy_chunk(int type, std::string_view data) {
  return static_cast<char>(type) + little_endian(static_cast<uint32_t>(data.size()), 3) + std::string(data);
}

// The chunk that begins a stream.
inline std::string snappy_identifier() {
  return snappy_chunk(0xFF, "sNaPpY");
}

inline std::string plain_chunk(std::string_view text) {
  return snappy_chunk(1, little_endian(slow_masked_crc(text), 4) + std::string(text));
}

}  // namespace checkpointfs::test
