// SPDX-License-Identifier: Apache-2.0
#include "cli/own_mount.h"

#include <fcntl.h>

#include <cerrno>

#include "base/concat.h"
#include "base/errors.h"
#include "base/unique_fd.h"
#include "cli/paths.h"
#include "cli/read_file.h"
#include "fs/control.h"
#include "fs/mount_table.h"

namespace checkpointfs::cli {

std::optional<std::string> mount_around(const std::string& path) {
  for (std::string directory = path;; directory = parent_of(directory)) {
    if (const auto mount = fs::mount_at(directory)) {
      return mount->type == fs::kFileSystemType ? std::optional(directory) : std::nullopt;
    }
    if (directory == "/") return std::nullopt;
  }
}

std::string index_of_mount(const std::string& mount_point) {
  const std::string path = base::concat(mount_point, "/", fs::kControlName, "/", fs::kControlIndexPath);
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    throw base::Failure(
        base::FailureKind::kMountPoint,
        base::concat(base::SystemError(errno, "cannot ask the mount for its index:", path).what(),
                     "; if its process is gone: checkpointfs umount ", mount_point));
  }
  const std::string text = read_file(file.get(), path);
  return text.substr(0, text.find('\n'));
}

}  // namespace checkpointfs::cli
