// SPDX-License-Identifier: Apache-2.0
#include "base/text/modified_utf8.h"

#include <cstdint>

#include "base/text/ascii.h"

namespace checkpointfs::base {
namespace {

constexpr size_t kMaxUtfLength = 65535;

bool is_high_surrogate(uint32_t c) {
  return c >= 0xD800 && c < 0xDC00;
}
bool is_low_surrogate(uint32_t c) {
  return c >= 0xDC00 && c < 0xE000;
}

void append_code_point(std::string& out, uint32_t c) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

// Takes one sequence of 1 to `max_length` bytes off `text`; nothing if it is malformed. Shortest forms are
// not demanded here, as C0 80 is legal in modified UTF-8.
std::optional<uint32_t> take(std::string_view& text, int max_length) {
  const auto first = static_cast<unsigned char>(text.front());
  int length = 1;
  uint32_t c = first;
  if (first >= 0xF0 && first < 0xF8) {
    length = 4;
    c = first & 0x07;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3;
    c = first & 0x0F;
  } else if (first >= 0xC0 && first < 0xE0) {
    length = 2;
    c = first & 0x1F;
  } else if (first >= 0x80) {
    return std::nullopt;
  }
  if (length > max_length || text.size() < static_cast<size_t>(length)) return std::nullopt;
  for (int i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[static_cast<size_t>(i)]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    c = c << 6 | (next & 0x3F);
  }
  text.remove_prefix(static_cast<size_t>(length));
  return c;
}

}  // namespace

bool is_equal_in_modified_utf8(std::string_view text) {
  return is_ascii(text) && text.find('\0') == std::string_view::npos;
}

std::optional<std::string> utf8_from_modified(std::string_view text) {
  if (is_equal_in_modified_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::optional<uint32_t> c = take(text, 3);
    if (!c || is_low_surrogate(*c)) return std::nullopt;
    if (is_high_surrogate(*c)) {
      if (text.empty()) return std::nullopt;
      const std::optional<uint32_t> low = take(text, 3);
      if (!low || !is_low_surrogate(*low)) return std::nullopt;
      c = 0x10000 + ((*c - 0xD800) << 10) + (*low - 0xDC00);
    }
    append_code_point(out, *c);
  }
  return out;
}

std::string utf8_or_as_written(std::string_view text) {
  return utf8_from_modified(text).value_or(std::string(text));
}

std::optional<std::string> modified_from_utf8(std::string_view text) {
  if (text.size() <= kMaxUtfLength && is_equal_in_modified_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t before = text.size();
    const std::optional<uint32_t> c = take(text, 4);
    if (!c || *c > 0x10FFFF || is_high_surrogate(*c) || is_low_surrogate(*c)) return std::nullopt;
    const size_t length = before - text.size();
    if ((length == 2 && *c < 0x80) || (length == 3 && *c < 0x800) || (length == 4 && *c < 0x10000)) {
      return std::nullopt;  // not the shortest form
    }
    if (*c == 0) {
      out += "\xC0\x80";
    } else if (*c >= 0x10000) {
      append_code_point(out, 0xD800 + ((*c - 0x10000) >> 10));
      append_code_point(out, 0xDC00 + ((*c - 0x10000) & 0x3FF));
    } else {
      append_code_point(out, *c);
    }
    if (out.size() > kMaxUtfLength) return std::nullopt;
  }
  return out;
}

}  // namespace checkpointfs::base
