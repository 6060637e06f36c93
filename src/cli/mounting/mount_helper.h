// SPDX-License-Identifier: Apache-2.0
// mount(8)'s way of calling: mount.checkpointfs SOURCE MOUNTPOINT [-sfnvr] [-N namespace] [-o options] [-t
// type].
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// Whether mount.fuse3 calls, for a mount of type fuse.checkpointfs: it passes what mount(8) passes to it, and
// knows of no commands. These have no slash in their names.
bool is_of_mount_fuse(const std::vector<std::string>& arguments);

// The arguments of `checkpointfs mount` that mean the same, or nothing if it is only a rehearsal (-f).
// Throws Failure(kUsage).
std::optional<std::vector<std::string>> mount_arguments(const std::vector<std::string>& helper_arguments);

}  // namespace checkpointfs::cli
