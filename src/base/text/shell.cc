// SPDX-License-Identifier: Apache-2.0
#include "base/text/shell.h"

#include <cstdio>

#include "base/text/characters.h"
#include "base/text/format.h"

namespace checkpointfs::base {
namespace {

constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

bool is_plain(std::string_view text) {
  // zsh replaces a leading '=' and a command's name by the command's path.
  return !text.empty() && text.front() != '=' && text.find_first_not_of(kPlain) == std::string_view::npos;
}

std::string with_escapes(std::string_view text) {
  const auto octal = [](unsigned char byte) {
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\%03o", byte);
    return std::string(escape);
  };
  return "$'" + escaped(text, "'\\", octal) + "'";
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  if (printable(text) != text) return with_escapes(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

}  // namespace checkpointfs::base
