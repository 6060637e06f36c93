// SPDX-License-Identifier: Apache-2.0
// A mount that somebody with more privileges has made, and of which this process only has the device: as
// mount.fuse3 passes it on with drop_privileges.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// N of a mount point "/dev/fd/N", as mount.fuse3 writes it; nothing if it is another.
std::optional<int> given_device(const std::string& mount_point);

// Where the mount of this device is. Programs that this process starts do not get the device. Throws
// Failure(kMountPoint) if that cannot be found, if it lies inside one of the `sources`, or if the mount is
// not what one of checkpointfs always is.
std::string check_given_device(int device, const std::vector<std::string>& sources);

}  // namespace checkpointfs::fs
