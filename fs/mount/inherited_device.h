// SPDX-License-Identifier: Apache-2.0
// A mount that a process with more privileges has made, and whose open /dev/fuse this process inherits: so
// mount.fuse3 does it with drop_privileges.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// Returns N if the mount point is "/dev/fd/N", as mount.fuse3 writes it, else nothing.
std::optional<int> inherited_device(const std::string& mount_point);

// Returns the mount point of this device's mount. Programs that this process starts do not inherit the
// device. Throws Failure(kMountPoint) if the mount cannot be found, if it lies inside one of the `sources`,
// or if it lacks options that every mount of checkpointfs has.
std::string check_inherited_device(int device, const std::vector<std::string>& sources);

}  // namespace checkpointfs::fs
