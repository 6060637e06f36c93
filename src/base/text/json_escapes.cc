// SPDX-License-Identifier: Apache-2.0
#include "base/text/json_escapes.h"

#include <cctype>
#include <cstdint>
#include <cstdio>

#include "base/text/characters.h"
#include "base/text/hex.h"

namespace checkpointfs::base {
namespace {

bool is_hexadecimal(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

// An escaped back slash, and behind it "xNN".
bool looks_like_a_byte(std::string_view json) {
  return json.size() >= 5 && json[2] == 'x' && is_hexadecimal(json[3]) && is_hexadecimal(json[4]);
}

// REQUIRES: a character of at most three bytes.
uint32_t code_point(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]);
  uint32_t code = static_cast<unsigned char>(character[0]) & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

std::string formatted(const char* format, uint32_t value) {
  char text[8];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::string with_json_escapes(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    size_t length = character_length(json);
    if (json.front() == '\\' && json.size() > 1) {
      length = 2;
      const bool back_slash = json[1] == '\\';
      out += back_slash && looks_like_a_byte(json) ? "\\\\x5c" : json.substr(0, length);
    } else if (length == 0) {
      length = 1;
      out += formatted("\\\\x%02x", static_cast<unsigned char>(json.front()));
    } else if (json.front() != '\n' && printable_length(json) == 0) {
      out += formatted("\\u%04x", code_point(json.substr(0, length)));
    } else {
      out += json.substr(0, length);
    }
    json.remove_prefix(length);
  }
  return out;
}

std::string without_byte_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const bool byte = text.size() >= 4 && text[0] == '\\' && text[1] == 'x' && is_hexadecimal(text[2]) &&
                      is_hexadecimal(text[3]);
    if (byte) {
      out += *bytes_from_hex(text.substr(2, 2));
    } else {
      out += text.front();
    }
    text.remove_prefix(byte ? 4 : 1);
  }
  return out;
}

}  // namespace checkpointfs::base
