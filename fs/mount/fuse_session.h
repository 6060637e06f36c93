// SPDX-License-Identifier: Apache-2.0
// The session of libfuse, which a mount answers the kernel through.
#pragma once

#include <memory>

#include "base/errors.h"
#include "fs/libfuse.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::fs {

using FuseSession = std::unique_ptr<fuse_session, decltype(&fuse_session_destroy)>;

// Makes a session that is not mounted yet. Throws Failure(kUsage) if libfuse does not know an option.
FuseSession new_fuse_session(const MountOptions& options, bool io_uring, const fuse_lowlevel_ops& callbacks,
                             void* userdata);

// The error to throw after libfuse did not mount; libfuse has written the reason to standard error.
base::Failure mount_failure(const MountOptions& options);

}  // namespace checkpointfs::fs
