// SPDX-License-Identifier: Apache-2.0
// The callbacks for names, attributes and lists of directories.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

void add_directory_callbacks(fuse_lowlevel_ops& ops);

}  // namespace checkpointfs::fs
