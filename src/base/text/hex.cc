// SPDX-License-Identifier: Apache-2.0
#include "base/text/hex.h"

#include <cstddef>

namespace checkpointfs::base {

void append_hex_digits(std::string_view bytes, std::string& out) {
  const size_t start = out.size();
  out.resize(start + 2 * bytes.size());
  char* next = out.data() + start;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    *next++ = kHexDigits[value >> 4];
    *next++ = kHexDigits[value & 0xF];
  }
}

std::string hex_digits(std::string_view bytes) {
  std::string digits;
  append_hex_digits(bytes, digits);
  return digits;
}

std::string percent_escape(unsigned char byte) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {'%', kDigits[byte >> 4], kDigits[byte & 15]};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> bytes_from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_value(digits[i]);
    const int low = hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace checkpointfs::base
