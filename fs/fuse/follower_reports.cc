// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/follower_reports.h"

#include "fs/follow/follower.h"

namespace checkpointfs::fs {

void report_changed_file(Session& session, Inode file) {
  if (session.follower != nullptr && !is_control(file)) session.follower->suspect(node_of(file).id);
}

void report_lost_snapshot(Session& session, const LostSnapshot& lost) {
  if (lost.file != 0 && session.follower != nullptr) session.follower->suspect(lost.file);
}

void report_damaged_index(Session& session) {
  if (session.follower != nullptr) session.follower->note_damage();
}

}  // namespace checkpointfs::fs
