// SPDX-License-Identifier: Apache-2.0
#include "base/text/characters.h"

#include <cstdint>

namespace checkpointfs::base {
namespace {

// C1, and what reorders or breaks the line it stands in.
bool is_hidden(uint32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

size_t character_length(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2 || first > 0xF4 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = at(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_large = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

size_t printable_length(std::string_view text) {
  const size_t length = character_length(text);
  if (length == 1) return static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F ? 0 : 1;
  uint32_t character = length == 0 ? 0 : static_cast<unsigned char>(text[0]) & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i)
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return is_hidden(character) ? 0 : length;
}

std::string escaped(std::string_view text, std::string_view more,
                    const std::function<std::string(unsigned char)>& escape) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t length = printable_length(text);
    if (length == 0 || more.find(text.front()) != std::string_view::npos) {
      out += escape(static_cast<unsigned char>(text.front()));
      length = 1;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace checkpointfs::base
