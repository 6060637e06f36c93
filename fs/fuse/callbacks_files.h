// SPDX-License-Identifier: Apache-2.0
// The callbacks for the bytes of files, in each IoMode.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

void add_file_callbacks(fuse_lowlevel_ops& ops);

}  // namespace checkpointfs::fs
