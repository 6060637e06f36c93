// SPDX-License-Identifier: Apache-2.0
// Runs the answer to a request of the kernel, and answers with an errno if it fails.
//
// Exceptions, and the refusals of StoreLimiter, become an errno here and nowhere else. The code of a
// SystemError is chosen where it is thrown; any other failure is EIO, or ENOMEM. A callback itself replies
// only with what the protocol of FUSE asks for: ENOSYS (never ask again), ENODATA, ERANGE and EOPNOTSUPP
// (extended attributes), EROFS.
#pragma once

#include <cerrno>
#include <exception>
#include <functional>
#include <new>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "fs/fuse/dying_caller.h"
#include "fs/fuse/follower_reports.h"
#include "fs/fuse/session.h"
#include "fs/libfuse.h"
#include "fs/status/store_limiter.h"
#include "index/database/sqlite.h"

namespace checkpointfs::fs {

inline Session& session_of(fuse_req_t request) {
  return *static_cast<Session*>(fuse_req_userdata(request));
}

// Logs why a request failed. A program that repeats the same request often gets few lines.
void log_failure(Session& session, const base::SystemError& error);

// Keeps a request until a thread may enter the store; `answer` answers it then.
void keep_waiting(fuse_req_t request, StoreLimiter::Store& store, std::function<void()> answer);

// Calls `answer` with the Session. `answer` may be called again, later and by another thread, after
// StoreLimiter::StoreBusy. REQUIRES: `answer` does nothing before that exception, and refers to nothing of
// the caller's.
template <typename Answer>
void try_to_answer(fuse_req_t request, const Answer& answer) noexcept {
  int code = EIO;
  const AnsweredRequest answered(request);
  try {
    StoreLimiter::Store* full = nullptr;
    try {
      const StoreLimiter::Request in_a_store(*session_of(request).state.stores);
      answer(session_of(request));
      return;
    } catch (const StoreLimiter::StoreBusy& e) {
      full = e.store;
    }
    keep_waiting(request, *full, [request, answer] { try_to_answer(request, answer); });
    return;
  } catch (const base::SystemError& e) {
    if (e.code() != EINTR) log_failure(session_of(request), e);
    code = e.code();
  } catch (const index::IndexError& e) {
    base::log_error(e.what());
    if (e.damaged()) report_damaged_index(session_of(request));
  } catch (const std::bad_alloc&) {
    code = ENOMEM;
  } catch (const std::exception& e) {
    base::log_error(e.what());
  }
  ++session_of(request).state.counters.errors;
  fuse_reply_err(request, code);
}

// The same. If this thread has left a store, it then answers the requests that waited for the store.
template <typename Answer>
void guard(fuse_req_t request, const Answer& answer) noexcept {
  session_of(request).affinity.asked(fuse_req_ctx(request)->pid);
  StoreLimiter& stores = *session_of(request).state.stores;
  try_to_answer(request, answer);
  while (const std::function<void()> next = stores.next()) next();
}

}  // namespace checkpointfs::fs
