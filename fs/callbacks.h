// SPDX-License-Identifier: Apache-2.0
// What the kernel asks, answered from a Projection. The only files that know libfuse are those of the
// callbacks, page_cache.cc, fuse_session.cc, private_mount.cc and serve.cc.
#pragma once

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

namespace checkpointfs::fs {

// The userdata of the session is a Session*, which outlives it.
const fuse_lowlevel_ops& callbacks();

}  // namespace checkpointfs::fs
