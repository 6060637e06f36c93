// SPDX-License-Identifier: Apache-2.0
#include "storage/self_mounts.h"

#include <fstream>

#include "base/mounts.h"
#include "base/path.h"

namespace checkpointfs::storage {

std::set<std::string> own_mounts(std::istream& mountinfo) {
  std::set<std::string> points;
  for (const base::MountedTree& mount : base::mounts_in(mountinfo)) {
    if (mount.type == kFileSystemType) points.insert(mount.point);
  }
  return points;
}

std::set<std::string> self_mounts_below(const std::string& directory) {
  std::ifstream mountinfo("/proc/self/mountinfo");
  std::set<std::string> below;
  for (const std::string& point : own_mounts(mountinfo)) {
    const auto path = base::path_below(point, directory);
    if (path && !path->empty()) below.emplace(*path);
  }
  return below;
}

}  // namespace checkpointfs::storage
