// SPDX-License-Identifier: Apache-2.0
// mount(8)'s way of calling: mount.checkpointfs SOURCE MOUNTPOINT [-sfnvr] [-N namespace] [-o options] [-t
// type].
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// The arguments of `checkpointfs mount` that mean the same, or nothing if it is only a rehearsal (-f).
// Throws Failure(kUsage).
std::optional<std::vector<std::string>> mount_arguments(const std::vector<std::string>& helper_arguments);

}  // namespace checkpointfs::cli
