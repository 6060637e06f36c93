// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "base/text/characters.h"
#include "base/text/hex.h"

namespace checkpointfs::state {
namespace {

// Bytes of ASCII that stand for themselves in a JSON string.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

bool is_plain(char c) {
  return kPlain[static_cast<unsigned char>(c)];
}

constexpr uint64_t kEachByte = 0x0101010101010101;
constexpr uint64_t kHighBits = 0x80 * kEachByte;

// False if one of the eight bytes is not plain; perhaps, too, if all are.
bool are_plain(uint64_t bytes) {
  const uint64_t below_space = bytes - 0x20 * kEachByte;
  const uint64_t quote = (bytes ^ '"' * kEachByte) - kEachByte;
  const uint64_t backslash = (bytes ^ '\\' * kEachByte) - kEachByte;
  const uint64_t above_tilde = bytes + kEachByte;
  return ((bytes | below_space | quote | backslash | above_tilde) & kHighBits) == 0;
}

bool is_high(uint16_t unit) {
  return (unit & 0xFC00) == 0xD800;
}
bool is_low(uint16_t unit) {
  return (unit & 0xFC00) == 0xDC00;
}

void append_escape(uint16_t unit, std::string& out) {
  const char text[] = {'\\',
                       'u',
                       base::kHexDigits[unit >> 12],
                       base::kHexDigits[unit >> 8 & 0xF],
                       base::kHexDigits[unit >> 4 & 0xF],
                       base::kHexDigits[unit & 0xF]};
  out.append(text, sizeof(text));
}

void append_special(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      append_escape(static_cast<unsigned char>(c), out);
  }
}

// Appends the plain characters that `text` begins with, and returns the rest.
std::string_view append_plain(std::string_view text, std::string& out) {
  size_t length = 0;
  uint64_t bytes = 0;
  for (; length + sizeof(bytes) <= text.size(); length += sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + length, sizeof(bytes));
    if (!are_plain(bytes)) break;
  }
  while (length < text.size() && is_plain(text[length])) ++length;
  out.append(text.data(), length);
  return text.substr(length);
}

char continuation(uint32_t bits) {
  return static_cast<char>(0x80 | (bits & 0x3F));
}

// A character outside of ASCII and below U+10000, or a surrogate.
void append_unit(uint16_t unit, std::string& out) {
  char text[3];
  size_t length = 0;
  if (unit < 0x800) {
    text[length++] = static_cast<char>(0xC0 | unit >> 6);
  } else {
    text[length++] = static_cast<char>(0xE0 | unit >> 12);
    text[length++] = continuation(unit >> 6);
  }
  text[length++] = continuation(unit);
  if (base::printable_length({text, length}) == length) {
    out.append(text, length);
  } else {
    append_escape(unit, out);
  }
}

void append_pair(uint16_t high, uint16_t low, std::string& out) {
  const uint32_t character = 0x10000 + ((high & 0x3FFU) << 10) + (low & 0x3FFU);
  const char text[] = {static_cast<char>(0xF0 | character >> 18), continuation(character >> 12),
                       continuation(character >> 6), continuation(character)};
  out.append(text, sizeof(text));
}

template <typename Number>
void append_floating(Number number, std::string& out) {
  if (std::isnan(number)) {
    out += "\"NaN\"";
  } else if (std::isinf(number)) {
    out += number < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  } else {
    char text[32];
    const std::to_chars_result end = std::to_chars(text, text + sizeof(text), number);
    out.append(text, static_cast<size_t>(end.ptr - text));
  }
}

}  // namespace

void JsonString::lone_surrogate() {
  append_escape(high_, out_);
  high_ = 0;
}

void JsonString::unit(uint16_t unit) {
  if (high_ != 0 && is_low(unit)) {
    append_pair(high_, unit, out_);
    high_ = 0;
    return;
  }
  end_pair();
  if (is_high(unit)) {
    high_ = unit;
  } else if (unit >= 0x80) {
    append_unit(unit, out_);
  } else if (const char c = static_cast<char>(unit); is_plain(c)) {
    out_ += c;
  } else {
    append_special(c, out_);
  }
}

void JsonString::ascii(std::string_view text) {
  end_pair();
  for (text = append_plain(text, out_); !text.empty(); text = append_plain(text.substr(1), out_)) {
    append_special(text.front(), out_);
  }
}

void JsonString::end() {
  end_pair();
  out_ += '"';
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (text = append_plain(text, out); !text.empty(); text = append_plain(text, out)) {
    const auto first = static_cast<unsigned char>(text.front());
    size_t length = base::character_length(text);
    if (length == 0) {
      append_escape(static_cast<uint16_t>(0xDC00 + first), out);
      length = 1;
    } else if (length == 1) {
      append_special(text.front(), out);
    } else if (base::printable_length(text) != 0) {
      out.append(text.data(), length);
    } else {  // all hidden characters are below U+10000
      uint16_t unit = static_cast<uint16_t>(first & (0xFFU >> (length + 1)));
      for (size_t i = 1; i < length; ++i) {
        unit = static_cast<uint16_t>(unit << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU));
      }
      append_escape(unit, out);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_integer(int64_t number, std::string& out) {
  char text[24];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), number);
  out.append(text, static_cast<size_t>(end.ptr - text));
}

void append_real(float number, std::string& out) {
  append_floating(number, out);
}

void append_real(double number, std::string& out) {
  append_floating(number, out);
}

void append_hex(std::string_view bytes, std::string& out) {
  out += "0x";
  base::append_hex_digits(bytes, out);
}

}  // namespace checkpointfs::state
