// SPDX-License-Identifier: Apache-2.0
// libfuse's part of a mount.
#pragma once

#include <memory>

#include "base/errors.h"
#include "fs/libfuse.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::fs {

using FuseSession = std::unique_ptr<fuse_session, decltype(&fuse_session_destroy)>;

// Not mounted yet; with io_uring if the kernel has it. Throws Failure(kUsage) if libfuse does not know an
// option.
FuseSession new_fuse_session(const MountOptions& options, bool io_uring, const fuse_lowlevel_ops& callbacks,
                             void* userdata);

// What is thrown if libfuse, which has said why on standard error, did not mount.
base::Failure mount_failure(const MountOptions& options);

}  // namespace checkpointfs::fs
