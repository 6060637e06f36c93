// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/working_directories.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <string_view>

namespace checkpointfs::fs {

std::set<std::string> working_directories_below(const std::string& path) {
  static constexpr std::string_view kDeleted = " (deleted)";
  std::set<std::string> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir("/proc"), &::closedir);
  if (!processes) return found;
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  while (const dirent* const entry = ::readdir(processes.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const std::string link = std::string("/proc/").append(entry->d_name).append("/cwd");
    std::array<char, PATH_MAX> text;
    const ssize_t length = ::readlink(link.c_str(), text.data(), text.size());
    if (length < 0) continue;
    std::string_view directory(text.data(), static_cast<size_t>(length));
    if (!directory.starts_with(prefix)) continue;
    directory.remove_prefix(prefix.size());
    if (directory.ends_with(kDeleted)) directory.remove_suffix(kDeleted.size());
    found.emplace(directory);
  }
  return found;
}

}  // namespace checkpointfs::fs
