// SPDX-License-Identifier: Apache-2.0
// Tells whether a process serves a mount, from what the kernel says of both.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace checkpointfs::fs {

// Returns the device of the mount ("0:40") that an open /dev/fuse belongs to, from its `fdinfo` (path of a
// file in a directory fdinfo of /proc); nothing if the kernel does not tell (before Linux 6.18).
std::optional<std::string> connection_in(const std::string& fdinfo);

// Returns whether the process has the /dev/fuse of the mount with this `device` ("0:40") at `mount_point`
// open. If the kernel does not tell which mount a /dev/fuse belongs to, the process must have been started
// with that mount point as an argument. False: it has not, or that cannot be proven.
bool serves(pid_t process, const std::string& device, const std::string& mount_point);

}  // namespace checkpointfs::fs
