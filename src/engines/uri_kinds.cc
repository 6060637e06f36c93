// SPDX-License-Identifier: Apache-2.0
#include "engines/uri_kinds.h"

#include <array>

#include "base/text/characters.h"

namespace checkpointfs::engines {

std::string_view s3_scheme(std::string_view uri) {
  static constexpr std::array<std::string_view, 4> kSchemes = {"s3://", "s3a://", "s3n://", "s3p://"};
  for (const std::string_view scheme : kSchemes) {
    if (uri.starts_with(scheme)) return scheme;
  }
  return {};
}

bool is_local(std::string_view uri) {
  return uri.starts_with("file:");
}

std::string_view line_problem(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) return "it has a line feed";
  while (!text.empty()) {
    const size_t length = base::character_length(text);
    if (length == 0) return "it is not UTF-8";
    text.remove_prefix(length);
  }
  return {};
}

}  // namespace checkpointfs::engines
