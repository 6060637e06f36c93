// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/callbacks.h"

#include <cstdint>

#include "base/text/message.h"
#include "base/text/format.h"
#include "fs/fuse/request_guard.h"

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

// Whoever asked was killed.
void cancel(fuse_req_t request, void* stores) {
  static_cast<StoreLimiter*>(stores)->cancel(request);
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

void log_failure(Session& session, const base::SystemError& error) {
  const base::LogThrottle::Verdict verdict = session.failures.ask(error.what());
  if (verdict.left_out > 0)
    base::log_warning(
        base::format("{} more failed like those before", base::counted(verdict.left_out, "request")));
  if (verdict.passes) base::log_warning(error.what());
}

void keep_waiting(fuse_req_t request, StoreLimiter::Store& store, std::function<void()> answer) {
  Session& session = session_of(request);
  StoreLimiter& stores = *session.state.stores;
  const auto refuse = [request, &session](int code) {
    ++session.state.counters.errors;
    fuse_reply_err(request, code);
  };
  stores.keep(store, {request, std::move(answer), refuse});
  // Before another thread may answer it, which would free it.
  fuse_req_interrupt_func(request, cancel, &stores);
  stores.offer(request);
}

}  // namespace checkpointfs::fs
