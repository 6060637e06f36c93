// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/request_guard.h"

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

// FUSE_INTERRUPT: the caller was killed.
void cancel(fuse_req_t request, void* stores) {
  static_cast<StoreLimiter*>(stores)->cancel(request);
}

}  // namespace

void log_failure(Session& session, const base::SystemError& error) {
  const base::LogThrottle::Verdict verdict = session.failures.ask(error.what());
  if (verdict.left_out > 0)
    base::log_warning(
        base::format("{} more failed in the same way", base::counted(verdict.left_out, "request")));
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
  // Must be set before another thread may answer the request, which frees it.
  fuse_req_interrupt_func(request, cancel, &stores);
  stores.offer(request);
}

}  // namespace checkpointfs::fs
