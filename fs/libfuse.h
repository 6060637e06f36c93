// SPDX-License-Identifier: Apache-2.0
// The only include of libfuse.
#pragma once

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

namespace checkpointfs::fs {

// True if this libfuse can answer over io_uring.
inline constexpr bool kHasIoUring = FUSE_VERSION >= FUSE_MAKE_VERSION(3, 18);

}  // namespace checkpointfs::fs
