// SPDX-License-Identifier: Apache-2.0
// The private directory below which the program mounts sources.
#pragma once

#include <string>

namespace checkpointfs::cli {

// Returns a directory below $RUNTIME_DIRECTORY (systemd), else /run/checkpointfs for root, and
// $XDG_RUNTIME_DIR/checkpointfs or /tmp/checkpointfs-UID for other users. Creates it if needed. Throws
// Failure(kSource) if others than this user can enter the directory.
std::string private_directory();

// Creates the directory `path`, which only this user can enter. Throws as private_directory().
void make_private(const std::string& path);

}  // namespace checkpointfs::cli
