// SPDX-License-Identifier: Apache-2.0
// The device /dev/fuse, in the kernel's list of devices: Documentation/admin-guide/devices.txt.
#pragma once

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace checkpointfs::fs {

inline bool is_fuse_device(const struct stat& st) {
  return S_ISCHR(st.st_mode) && st.st_rdev == makedev(10, 229);
}

}  // namespace checkpointfs::fs
