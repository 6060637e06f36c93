// SPDX-License-Identifier: Apache-2.0
// Finding the mount of checkpointfs that a path lies in, and asking it for its index.
#pragma once

#include <optional>
#include <string>

namespace checkpointfs::cli {

// The mount point of the checkpointfs mount that `path` (see real_path()) lies in; nothing if the innermost
// mount around it is of another type.
std::optional<std::string> mount_around(const std::string& path);

// The index file that the mount at `mount_point` serves. Throws Failure(kMountPoint) if the mount does not
// answer, or is neither root's nor this user's.
std::string index_of_mount(const std::string& mount_point);

}  // namespace checkpointfs::cli
