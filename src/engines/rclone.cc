// SPDX-License-Identifier: Apache-2.0
#include "engines/rclone.h"

#include "base/text/characters.h"
#include "engines/uri_kinds.h"

namespace checkpointfs::engines {
namespace {

// True of a character that rclone writes in place of another one, which names in the store may have: U+201B
// quotes, U+2400 to U+243F stand for control characters, U+FF00 to U+FFEF for ASCII (lib/encoder of rclone).
bool is_substitute(std::string_view character) {
  return character == "\xE2\x80\x9B" || character.starts_with("\xE2\x90") ||
         character.starts_with("\xEF\xBC") || character.starts_with("\xEF\xBD") ||
         character.starts_with("\xEF\xBE") || character.starts_with("\xEF\xBF");
}

}  // namespace

std::string_view rclone_problem(std::string_view path) {
  if (const std::string_view problem = line_problem(path); !problem.empty()) return problem;
  while (!path.empty()) {
    const std::string_view character = path.substr(0, base::character_length(path));
    const auto first = static_cast<unsigned char>(character.front());
    if (first < 0x20 || first == 0x7F) return "it has a control character";
    if (is_substitute(character)) return "rclone would read one of its characters as another";
    path.remove_prefix(character.size());
  }
  return {};
}

std::string rclone_line(std::string_view path) {
  return std::string(path);
}

}  // namespace checkpointfs::engines
