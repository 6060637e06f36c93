// SPDX-License-Identifier: Apache-2.0
#include "engines/hadoop.h"

#include "base/text/hex.h"
#include "engines/uri_kinds.h"

namespace checkpointfs::engines {
namespace {

// A URI in two parts: scheme and authority, and the path.
struct Parts {
  std::string_view head;
  std::string_view path;  // "" if there is none
};

Parts parts_of(std::string_view uri) {
  const size_t colon = uri.find(':');
  size_t start = colon == std::string_view::npos ? 0 : colon + 1;
  if (uri.substr(start, 2) == "//") start += 2;
  const size_t slash = uri.find('/', start);
  if (slash == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, slash), uri.substr(slash)};
}

}  // namespace

std::string hadoop_uri(std::string_view uri) {
  const std::string_view scheme = s3_scheme(uri);
  if (scheme.empty()) return std::string(uri);
  return "s3a://" + std::string(uri.substr(scheme.size()));
}

std::string_view hadoop_problem(std::string_view uri) {
  if (const std::string_view problem = line_problem(uri); !problem.empty()) return problem;
  const Parts parts = parts_of(uri);
  if (parts.path.empty()) return "it is not a URI with a path";
  if (parts.head.find(',') != std::string_view::npos)
    return "it has several NameNodes; map the name service with --map hdfs://NAME/...=DIR";
  if (parts.path.find(':') != std::string_view::npos) return "a name has a colon";
  return {};
}

std::string hadoop_line(std::string_view uri) {
  const std::string whole = hadoop_uri(uri);
  const Parts parts = parts_of(whole);
  std::string line(parts.head);
  for (const char c : parts.path) {
    if (std::string_view("\\*?[]{},^").find(c) != std::string_view::npos) line += '\\';
    line += c;
  }
  return line;
}

std::string hadoop_put_argument(std::string_view name) {
  std::string argument = "./";
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_';
    if (is_plain) {
      argument += c;
    } else {
      argument += base::percent_escape(static_cast<unsigned char>(c));
    }
  }
  return argument;
}

std::string_view distcp_problem(std::string_view uri) {
  if (is_local(uri)) return "it has no URI in a store; name the store with --map URI=DIR";
  if (const std::string_view problem = hadoop_problem(uri); !problem.empty()) return problem;
  if (uri.find_first_of("*?[]{}\\") != std::string_view::npos)
    return "DistCp would take it for a pattern (* ? [ ] { } \\)";
  if (uri.find('\r') != std::string_view::npos) return "it has a carriage return";
  return {};
}

std::string distcp_line(std::string_view uri) {
  return hadoop_uri(uri);
}

}  // namespace checkpointfs::engines
