// SPDX-License-Identifier: Apache-2.0
// What libfuse is told of a mount.
#pragma once

#include <string>

#include "base/errors.h"
#include "fs/mount.h"

namespace checkpointfs::fs {

// libfuse's -o list.
std::string libfuse_options(const MountOptions& options, bool io_uring);

// What is thrown if libfuse, which has said why on standard error, did not mount.
base::Failure mount_failure(const MountOptions& options);

}  // namespace checkpointfs::fs
