// SPDX-License-Identifier: Apache-2.0
// Tells the follower which files are not as the index has them, so that it scans what needs them.
#pragma once

#include "fs/fuse/session.h"
#include "fs/hold/hold.h"
#include "fs/projection/inode.h"

namespace checkpointfs::fs {

// This file is not the one that was indexed.
void report_changed_file(Session& session, Inode file);
// A file that the snapshot needs could not be opened.
void report_lost_snapshot(Session& session, const LostSnapshot& lost);
// SQLite found the index damaged.
void report_damaged_index(Session& session);

}  // namespace checkpointfs::fs
