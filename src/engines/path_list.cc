// SPDX-License-Identifier: Apache-2.0
#include "engines/path_list.h"

namespace checkpointfs::engines {

std::string_view path_problem(std::string_view path) {
  return path.find('\n') != std::string_view::npos ? std::string_view("it has a line feed")
                                                   : std::string_view();
}

std::string csv_field(std::string_view text) {
  // Readers of tables strip blanks at the ends of fields that are not quoted.
  const bool plain = text.find_first_of("\",\r\n") == std::string_view::npos && !text.starts_with(' ') &&
                     !text.ends_with(' ');
  if (plain) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + "\"";
}

}  // namespace checkpointfs::engines
