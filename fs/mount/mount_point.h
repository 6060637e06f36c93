// SPDX-License-Identifier: Apache-2.0
// The directory that a mount covers: checks it before mounting, and unmounts.
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::fs {

// Returns the real path of `path`, which must be an empty directory outside of all `sources` (real paths). A
// dead mount of checkpointfs (its process was killed) found there is detached first; no other dead mount is.
// Throws Failure(kMountPoint).
std::string prepare_mount_point(const std::string& path, const std::vector<std::string>& sources);

// Throws Failure(kMountPoint) if `path`, whose real path is `real`, lies in one of the `sources`.
void refuse_inside_sources(const std::string& path, const std::string& real,
                           const std::vector<std::string>& sources);

// Detaches the topmost mount at `path`, of any type, dead or alive. Returns 0 or an errno.
int detach_mount(const std::string& path);

// Unmounts the checkpointfs mount at `path`, a dead one too, and returns when its process has ended. `lazy`:
// detaches the mount even while it is in use. Throws Failure(kMountPoint) if there is no mount of
// checkpointfs, Failure(kMount) if it is busy, Failure(kInUse) if it is unmounted but its process does not
// end.
void unmount(const std::string& path, bool lazy);

}  // namespace checkpointfs::fs
