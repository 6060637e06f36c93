// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/working_directories.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <string_view>

#include "base/path.h"

namespace checkpointfs::fs {

std::set<std::string> working_directories_below(const std::string& path) {
  static constexpr std::string_view kDeleted = " (deleted)";
  std::set<std::string> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir("/proc"), &::closedir);
  if (!processes) return found;
  while (const dirent* const entry = ::readdir(processes.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const std::string link = std::string("/proc/").append(entry->d_name).append("/cwd");
    std::array<char, PATH_MAX> text;
    const ssize_t length = ::readlink(link.c_str(), text.data(), text.size());
    if (length < 0) continue;
    const auto below = base::path_below({text.data(), static_cast<size_t>(length)}, path);
    if (!below || below->empty()) continue;
    found.emplace(below->substr(0, below->size() - (below->ends_with(kDeleted) ? kDeleted.size() : 0)));
  }
  return found;
}

}  // namespace checkpointfs::fs
