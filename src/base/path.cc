// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"

#include <algorithm>

namespace checkpointfs::base {

std::string_view parent(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path.size() == 1) return {};
  return path.substr(0, std::max<size_t>(slash, 1));
}

std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string join(std::string_view directory, std::string_view path) {
  std::string joined(directory);
  if (!directory.empty() && !path.empty() && !directory.ends_with('/')) joined += '/';
  return joined += path;
}

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> found;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) found.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return found;
}

std::optional<std::string_view> path_below(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return std::nullopt;
  const std::string_view rest = path.substr(directory.size());
  if (rest.empty() || directory.empty() || directory.ends_with('/')) return rest;
  if (rest.front() != '/') return std::nullopt;
  return rest.substr(1);
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return path_below(path, directory).has_value();
}

}  // namespace checkpointfs::base
