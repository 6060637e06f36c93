// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/callbacks.h"

#include <cstdint>

#include "fs/fuse/callbacks_directories.h"
#include "fs/fuse/callbacks_files.h"
#include "fs/fuse/callbacks_modifying.h"
#include "fs/fuse/session.h"

namespace checkpointfs::fs {
namespace {

void init(void* userdata, fuse_conn_info* connection) {
  Session& session = *static_cast<Session*>(userdata);
  session.capable = connection->capable;
  connection->want &= ~static_cast<unsigned>(FUSE_CAP_READDIRPLUS_AUTO);
  unsigned wanted =
      FUSE_CAP_READDIRPLUS | FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_ASYNC_READ | FUSE_CAP_EXPORT_SUPPORT;
  if (!session.tree.has_holds()) wanted |= FUSE_CAP_NO_OPENDIR_SUPPORT;
  if (session.io.mode == IoMode::kPush) wanted |= FUSE_CAP_NO_OPEN_SUPPORT;
  // The kernel queues requests above these limits: the release of closed files, which would stay open here
  // while more are opened, and reads of other stores than one that hangs.
  connection->max_background = UINT16_MAX;
  connection->congestion_threshold = UINT16_MAX / 4 * 3;
  if (session.io.mode != IoMode::kHybrid) {
    session.passthrough.disable("not used in this mode");
  } else {
#if FUSE_VERSION >= FUSE_MAKE_VERSION(3, 17)
    if ((connection->capable & FUSE_CAP_PASSTHROUGH) != 0) {
      wanted |= FUSE_CAP_PASSTHROUGH;
      // The sources may lie on an overlay file system, as in a container.
      connection->max_backing_stack_depth = FUSE_BACKING_STACKED_OVER;
      session.passthrough.enable(fuse_session_fd(session.fuse));
    } else {
      session.passthrough.disable("needs Linux 6.9");
    }
#else
    session.passthrough.disable("needs libfuse 3.17");
#endif
  }
  connection->want |= wanted & connection->capable;
  session.ready.set();
}

fuse_lowlevel_ops make_callbacks() {
  fuse_lowlevel_ops ops = {};
  ops.init = init;
  add_directory_callbacks(ops);
  add_file_callbacks(ops);
  add_modifying_callbacks(ops);
  return ops;
}

}  // namespace

const fuse_lowlevel_ops& callbacks() {
  static const fuse_lowlevel_ops ops = make_callbacks();
  return ops;
}

}  // namespace checkpointfs::fs
