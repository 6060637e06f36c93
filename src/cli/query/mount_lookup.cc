// SPDX-License-Identifier: Apache-2.0
#include "cli/query/mount_lookup.h"

#include <fcntl.h>

#include <cerrno>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "cli/arguments/paths.h"
#include "fs/mount/mount_table.h"
#include "fs/status/control_status.h"
#include "storage/self_mounts.h"

namespace checkpointfs::cli {
namespace {

constexpr uint64_t kLongestText = 64 * 1024;

}  // namespace

std::optional<std::string> mount_around(const std::string& path) {
  for (std::string directory = path;; directory = base::parent(directory)) {
    if (const auto mount = fs::mount_at(directory)) {
      return mount->type == storage::kFileSystemType ? std::optional(directory) : std::nullopt;
    }
    if (directory == "/") return std::nullopt;
  }
}

std::string index_of_mount(const std::string& mount_point) {
  const std::string path = base::format("{}/{}/{}", mount_point, fs::kControlName, fs::kControlIndexPath);
  const auto mount = fs::mount_at(mount_point);
  if (mount && !fs::is_trusted(*mount)) {
    throw base::PathFailure(
        base::FailureKind::kMountPoint,
        base::format(
            "{} is a mount of another user, who is not trusted to name the index; name the storage with --source DIR, or the index with --index FILE",
            mount_point),
        mount_point);
  }
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    throw base::PathFailure(
        base::FailureKind::kMountPoint,
        base::format("{}; if its process has ended, run 'checkpointfs umount {}'",
                     base::SystemError(errno, "cannot ask the mount for its index:", path).what(),
                     mount_point),
        mount_point);
  }
  const std::string text = base::read_up_to(file.get(), path, kLongestText);
  return text.substr(0, text.find('\n'));
}

}  // namespace checkpointfs::cli
