// SPDX-License-Identifier: Apache-2.0
// The kernel's table of mounts (/proc/self/mountinfo).
#pragma once

#include <sys/types.h>

#include <iosfwd>
#include <optional>
#include <string>

#include "base/mounts.h"

namespace checkpointfs::fs {

// The user who made this mount, as the kernel tells it ("user_id="); nothing if it is no mount of FUSE.
std::optional<uid_t> mounter_of(const base::MountedTree& mount);

// Returns whether root or the effective user made the mount, so that its texts can be believed. A process of
// another user may answer with any text, or never.
bool is_trusted(const base::MountedTree& mount);

// The topmost mount at exactly `path` (absolute, without links), or nothing.
std::optional<base::MountedTree> mount_at(const std::string& path);

// The same in a `table` that is written as the kernel's (proc(5)).
std::optional<base::MountedTree> mount_in(std::istream& table, const std::string& path);

// The mount of type storage::kFileSystemType with this `device`; for "", the last such mount that was made.
std::optional<base::MountedTree> mount_of_connection(const std::string& device);

// The absolute path of `path` without links. The last component may be a dead mount, whose every use fails
// with ENOTCONN. Throws Failure(kMountPoint) if the directory above it is not there.
std::string real_mount_path(const std::string& path);

}  // namespace checkpointfs::fs
