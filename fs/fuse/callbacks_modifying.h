// SPDX-License-Identifier: Apache-2.0
// The callbacks for requests that would change something. Without -o release the kernel itself refuses them
// all; with it, names of snapshots can be removed, and all other requests are refused.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

void add_modifying_callbacks(fuse_lowlevel_ops& ops);

}  // namespace checkpointfs::fs
