// SPDX-License-Identifier: Apache-2.0
// The command line of a mount(8) helper: mount.checkpointfs SOURCE MOUNTPOINT [-sfnvr] [-N namespace]
// [-o options] [-t type].
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// True if mount.fuse3 calls the program, for a mount of type fuse.checkpointfs. mount.fuse3 passes on the
// arguments of mount(8), which begin with a source; no command has a slash in its name.
bool is_of_mount_fuse(const std::vector<std::string>& arguments);

// Returns the same as arguments of `checkpointfs mount`, or nothing for a dry run (-f). Throws
// Failure(kUsage).
std::optional<std::vector<std::string>> mount_arguments(const std::vector<std::string>& helper_arguments);

}  // namespace checkpointfs::cli
