// SPDX-License-Identifier: Apache-2.0
// checkpointfs umount.
#include <pwd.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "fs/mount/mount_point.h"
#include "fs/mount/mount_table.h"
#include "storage/self_mounts.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;

void add_umount_options(OptionGroup& group) {
  add_flag(group, "lazy,l", "detach the mount now, and end it when it is no longer in use");
}

void require_own(const base::MountedTree& mount) {
  const std::optional<uid_t> owner = fs::mounter_of(mount);
  if (::geteuid() == 0 || !owner || *owner == ::geteuid()) return;
  const passwd* const user = ::getpwuid(*owner);
  throw Failure(
      FailureKind::kMountPoint,
      base::format("{} is a mount of {}; only that user or root can unmount it", base::printable(mount.point),
                   user != nullptr ? user->pw_name : base::format("the user {}", *owner)));
}

// A bind mount keeps the mount and its process alive.
void require_no_other(const base::MountedTree& mount) {
  const auto last = fs::mount_of_connection(mount.device);
  if (!last || last->point == mount.point) return;
  throw Failure(FailureKind::kMountPoint,
                base::format("{} is a bind mount of it and keeps it alive; first run 'umount {}'",
                             base::printable(last->point), base::printable(last->point)));
}

ExitCode run_umount(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "MOUNTPOINT");
  const std::string& path = invocation.operands.front();
  const auto mount = fs::mount_at(fs::real_mount_path(path));
  if (mount && mount->type == storage::kFileSystemType) {
    require_own(*mount);
    if (!invocation.has("lazy")) require_no_other(*mount);
  }
  fs::unmount(path, invocation.has("lazy"));
  return ExitCode::kOk;
}

}  // namespace

const Command kUmount = {"umount",
                         "MOUNTPOINT",
                         "end a mount of checkpointfs",
                         &add_umount_options,
                         &run_umount,
                         "$ checkpointfs umount /mnt/checkpoints\n"
                         "$ checkpointfs umount --lazy /mnt/checkpoints\n"};

}  // namespace checkpointfs::cli
