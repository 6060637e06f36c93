// SPDX-License-Identifier: Apache-2.0
#include "removal/model/storage.h"

#include <algorithm>

#include "base/path.h"
#include "storage/walk.h"

namespace checkpointfs::removal {

std::vector<std::string> Storage::sources() const {
  std::vector<std::string> paths;
  for (const storage::Root& root : roots) {
    if (root.is_source) paths.push_back(root.path);
  }
  std::ranges::sort(paths);
  return paths;
}

bool is_excluded(const std::vector<std::string>& excluded, std::string_view path) {
  return std::ranges::any_of(
      excluded, [&](const std::string& directory) { return base::is_at_or_below(path, directory); });
}

bool Storage::excludes(std::string_view path) const {
  return is_excluded(excluded, path);
}

std::vector<std::string> Storage::excluded_below(const std::string& root) const {
  std::vector<std::string> below;
  for (const std::string& path : excluded) {
    const auto rest = base::path_below(path, root);
    if (rest && !rest->empty()) below.emplace_back(*rest);
  }
  return below;
}

}  // namespace checkpointfs::removal
