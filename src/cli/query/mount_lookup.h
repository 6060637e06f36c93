// SPDX-License-Identifier: Apache-2.0
// Finds the checkpointfs mount around a path, and asks the mount for its index.
#pragma once

#include <optional>
#include <string>

namespace checkpointfs::cli {

// Returns the mount point of the checkpointfs mount around `path` (see real_path()); nothing if the innermost
// mount there has another type.
std::optional<std::string> mount_around(const std::string& path);

// Returns the index file of the mount at `mount_point`. Throws Failure(kMountPoint) if the mount does not
// answer, or belongs to neither root nor this user.
std::string index_of_mount(const std::string& mount_point);

}  // namespace checkpointfs::cli
