// SPDX-License-Identifier: Apache-2.0
#include "flink/uri.h"

#include <algorithm>

namespace checkpointfs::flink {
namespace {

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_scheme_char(char c) {
  return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && std::all_of(text.begin(), text.end(), is_scheme_char);
}

std::string canonical_scheme(std::string_view scheme) {
  std::string name(scheme);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name == "s3a" || name == "s3n" || name == "s3p" ? "s3" : name;
}

// Appends each component of `path` to `*out` as "/component"; ".." takes the last one off. False if there is
// none left to take.
bool append_components(std::string_view path, std::string* out) {
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (out->empty()) return false;
      out->resize(out->rfind('/'));
    } else {
      out->push_back('/');
      *out += component;
    }
  }
  return true;
}

// As above, with back slashes being slashes, as Flink has it.
bool append_flink_components(std::string_view path, std::string* out) {
  if (path.find('\\') == std::string_view::npos) return append_components(path, out);
  std::string slashes(path);
  std::replace(slashes.begin(), slashes.end(), '\\', '/');
  return append_components(slashes, out);
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

// Is true if a colon stands before the first slash: Flink takes what precedes it for a scheme or a drive.
bool has_colon_first(std::string_view text) {
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && colon < text.find('/');
}

}  // namespace

std::optional<Uri> parse_uri(std::string_view text) {
  if (has_nul(text)) return std::nullopt;
  Uri uri;
  uri.scheme = "file";
  // One letter is a Windows drive, which Flink writes without a scheme.
  const bool drive = text.size() >= 2 && is_alpha(text[0]) && text[1] == ':';
  if (has_colon_first(text) && !drive) {
    const size_t colon = text.find(':');
    if (!is_scheme(text.substr(0, colon))) return std::nullopt;
    uri.scheme = canonical_scheme(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  if (text.size() > 2 && text.substr(0, 2) == "//") {
    const size_t end = std::min(text.find('/', 2), text.size());
    uri.authority = text.substr(2, end - 2);
    text.remove_prefix(end);
    if (text.empty() && !uri.authority.empty()) text = "/";
  }
  if (!drive && (text.empty() || (text.front() != '/' && text.front() != '\\'))) return std::nullopt;
  uri.path.reserve(text.size());
  if (!append_flink_components(text, &uri.path)) return std::nullopt;
  if (uri.path.empty()) uri.path = "/";
  return uri;
}

std::string to_string(const Uri& uri) {
  std::string text = uri.scheme + ":";
  if (!uri.authority.empty()) text += "//" + uri.authority;
  return text + uri.path;
}

std::optional<std::string> resolve_relative(std::string_view directory, std::string_view path) {
  if (path.empty() || has_nul(path) || has_colon_first(path)) return std::nullopt;
  if (path.size() > 2 && path.substr(0, 2) == "//") return std::nullopt;  // a host, to Flink
  std::string resolved;
  resolved.reserve(1 + directory.size() + 1 + path.size());
  // The directory was found on this host, where a back slash is a letter like others.
  if (!append_components(directory, &resolved) || !append_flink_components(path, &resolved)) {
    return std::nullopt;
  }
  if (resolved.empty()) return std::nullopt;
  resolved.erase(0, 1);
  return resolved;
}

}  // namespace checkpointfs::flink
