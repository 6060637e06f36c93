// SPDX-License-Identifier: Apache-2.0
// Where the program mounts what it mounts for itself.
#pragma once

#include <string>

namespace checkpointfs::cli {

// $RUNTIME_DIRECTORY (systemd), else /run/checkpointfs for root, $XDG_RUNTIME_DIR/checkpointfs or
// /tmp/checkpointfs-UID for others; made if it is not there. Throws Failure(kSource) if it is not this user's
// alone.
std::string private_directory();

// Makes the directory `path` for this user alone. Throws as private_directory().
void make_private(const std::string& path);

}  // namespace checkpointfs::cli
