// SPDX-License-Identifier: Apache-2.0
// Answers the requests of the kernel from a Projection.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

// The userdata of the session is a Session*, which outlives it.
const fuse_lowlevel_ops& callbacks();

}  // namespace checkpointfs::fs
