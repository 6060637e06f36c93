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
  std::string quoted = "$'";
  while (!text.empty()) {
    const size_t length = printable_length(text);
    const bool escaped = length == 0 || text.front() == '\'' || text.front() == '\\';
    if (escaped) {
      char octal[5];
      std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned char>(text.front()));
      quoted += octal;
      text.remove_prefix(1);
    } else {
      quoted += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return quoted + "'";
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
