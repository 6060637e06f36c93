// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/serving_process.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string_view>

#include "base/text/message.h"
#include "fs/mount/fuse_device.h"

namespace checkpointfs::fs {
namespace {

constexpr std::string_view kFusePath = "/dev/fuse";
bool has_argument(const std::string& process, const std::string& wanted) {
  std::ifstream arguments(base::format("{}/cmdline", process));
  for (std::string argument; std::getline(arguments, argument, '\0');) {
    if (argument == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> connection_in(const std::string& fdinfo) {
  static constexpr std::string_view kKey = "fuse_connection:";
  std::ifstream info(fdinfo);
  for (std::string line; std::getline(info, line);) {
    const size_t digits = line.find_first_of("0123456789");
    if (line.starts_with(kKey) && digits != std::string::npos)
      return base::format("0:{}", line.substr(digits));
  }
  return std::nullopt;
}

bool serves(pid_t process, const std::string& device, const std::string& mount_point) {
  const std::string directory = base::format("/proc/{}", process);
  const std::unique_ptr<DIR, int (*)(DIR*)> descriptors(::opendir(base::format("{}/fd", directory).c_str()),
                                                        &::closedir);
  if (!descriptors) return false;
  while (const dirent* entry = ::readdir(descriptors.get())) {
    // A stat(2) of any other open file could wait for a store that hangs.
    const std::string link = base::format("{}/fd/{}", directory, entry->d_name);
    char target[sizeof "/dev/fuse"] = {};
    if (::readlink(link.c_str(), target, sizeof target) != static_cast<ssize_t>(kFusePath.size()) ||
        std::string_view(target, kFusePath.size()) != kFusePath)
      continue;
    struct stat st = {};
    const bool is_fuse = ::stat(link.c_str(), &st) == 0 && is_fuse_device(st);
    if (!is_fuse) continue;
    const auto connection = connection_in(base::format("{}/fdinfo/{}", directory, entry->d_name));
    if (connection ? *connection == device : has_argument(directory, mount_point)) return true;
  }
  return false;
}

}  // namespace checkpointfs::fs
