// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/inherited_device.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "fs/mount/fuse_device.h"
#include "fs/mount/mount_point.h"
#include "fs/mount/mount_table.h"
#include "fs/mount/serving_process.h"
#include "storage/self_mounts.h"

namespace checkpointfs::fs {
namespace {

[[noreturn]] void refuse_device(const std::string& message) {
  throw base::Failure(base::FailureKind::kMountPoint, message);
}

bool has_word(const std::string& words, std::string_view wanted) {
  return base::format(",{},", words).find(base::format(",{},", wanted)) != std::string::npos;
}

}  // namespace

std::optional<int> inherited_device(const std::string& mount_point) {
  static constexpr std::string_view kPrefix = "/dev/fd/";
  if (!mount_point.starts_with(kPrefix)) return std::nullopt;
  const auto device = base::parse_number<int>(std::string_view(mount_point).substr(kPrefix.size()));
  return device && *device >= 0 ? device : std::nullopt;
}

std::string check_inherited_device(int device, const std::vector<std::string>& sources) {
  struct stat st = {};
  const bool is_fuse = ::fstat(device, &st) == 0 && is_fuse_device(st);
  if (!is_fuse || ::fcntl(device, F_SETFD, FD_CLOEXEC) != 0)
    refuse_device(
        base::format("/dev/fd/{} is not /dev/fuse, opened by mount.fuse3: name a directory", device));
  const auto mount =
      mount_of_connection(connection_in(base::format("/proc/self/fdinfo/{}", device)).value_or(""));
  if (!mount)
    refuse_device(
        base::format("/dev/fd/{} belongs to no mount of type {}", device, storage::kFileSystemType));
  for (const char* word : {"nosuid", "nodev", "noexec"}) {
    if (!has_word(mount->options, word))
      refuse_device(base::format(
          "the mount at {} is not {}, as a mount of checkpointfs must be; add to its options: nosuid,nodev,noexec",
          mount->point, word));
  }
  // The kernel checks no permissions without that option: every user could read everything.
  if (has_word(mount->super_options, "allow_other") &&
      !has_word(mount->super_options, "default_permissions")) {
    refuse_device(base::format(
        "the mount at {} has allow_other, and the kernel would not check permissions; add to its options: default_permissions",
        mount->point));
  }
  refuse_inside_sources(mount->point, mount->point, sources);
  return mount->point;
}

}  // namespace checkpointfs::fs
