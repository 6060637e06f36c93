// SPDX-License-Identifier: Apache-2.0
#include "engines/s5cmd.h"

#include "engines/uri_kinds.h"

namespace checkpointfs::engines {
namespace {

bool is_control_character(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::string_view s5cmd_problem(std::string_view uri) {
  if (s3_scheme(uri).empty())
    return "it is not on S3; give the bucket of the storage with --map s3://BUCKET/...=DIR";
  if (const std::string_view problem = line_problem(uri); !problem.empty()) return problem;
  // The request is XML, which does not allow these characters.
  for (const char c : uri) {
    if (is_control_character(c) && c != '\t') return "it has a control character";
  }
  if (uri.find("\xEF\xBF\xBE") != std::string_view::npos ||
      uri.find("\xEF\xBF\xBF") != std::string_view::npos)
    return "it has a character that XML does not allow";
  return {};
}

std::string s5cmd_word(std::string_view uri) {
  std::string word = "'s3://";
  for (const char c : uri.substr(s3_scheme(uri).size())) {
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  }
  return word + "'";
}

std::string s5cmd_remove_line(std::string_view uri) {
  return "rm --raw " + s5cmd_word(uri);
}

std::string s5cmd_copy_line(std::string_view from, std::string_view to) {
  return "cp --raw " + s5cmd_word(from) + " " + s5cmd_word(to);
}

}  // namespace checkpointfs::engines
