// SPDX-License-Identifier: Apache-2.0
// Tells whether a process serves a mount, from what the kernel says of both.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace checkpointfs::fs {

// "0:40" of an open /dev/fuse, from its `fdinfo` (path of a file in a directory fdinfo of /proc); nothing if
// the kernel does not tell (before Linux 6.18).
std::optional<std::string> connection_in(const std::string& fdinfo);

// Whether the process has the /dev/fuse of the mount with this `device` ("0:40") at `mount_point` open. Where
// the kernel does not tell of which connection a /dev/fuse is, the process must have been started with that
// mount point as an argument. No: it has not, or it cannot be shown.
bool serves(pid_t process, const std::string& device, const std::string& mount_point);

}  // namespace checkpointfs::fs
