// SPDX-License-Identifier: Apache-2.0
// What all callbacks need to answer the kernel.
#pragma once

#include <functional>
#include <new>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "fs/follow/follower.h"
#include "fs/fuse/session.h"
#include "fs/libfuse.h"
#include "index/database/sqlite.h"

namespace checkpointfs::fs {

inline constexpr unsigned kBlock = 4096;

inline Session& session_of(fuse_req_t request) {
  return *static_cast<Session*>(fuse_req_userdata(request));
}

// A request that failed. Of programs that ask for the same again and again the log has little.
void log_failure(Session& session, const base::SystemError& error);

// A request for which there is no room in a store now.
void keep_waiting(fuse_req_t request, StoreLimiter::Store& store, std::function<void()> answer);

// The one place where exceptions become an errno for the kernel. `answer` may be called again, later and by
// another thread, after StoreLimiter::StoreBusy: REQUIRES: it does nothing before that, and refers to nothing
// of the caller's.
template <typename Answer>
void try_to_answer(fuse_req_t request, const Answer& answer) noexcept {
  int code = EIO;
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
    log_failure(session_of(request), e);
    code = e.code();
  } catch (const index::IndexError& e) {
    base::log_error(e.what());
    Session& session = session_of(request);
    if (e.damaged() && session.follower != nullptr) session.follower->note_damage();
  } catch (const std::bad_alloc&) {
    code = ENOMEM;
  } catch (const std::exception& e) {
    base::log_error(e.what());
  }
  ++session_of(request).state.counters.errors;
  fuse_reply_err(request, code);
}

// See try_to_answer(). A thread that has left a store then answers who waited for that.
template <typename Answer>
void guard(fuse_req_t request, const Answer& answer) noexcept {
  StoreLimiter& stores = *session_of(request).state.stores;
  try_to_answer(request, answer);
  while (const std::function<void()> next = stores.next()) next();
}

// The kernel has closed it.
void close_file(Session& session, OpenFile* file);

// What made it be lost is looked at again.
void suspect(Session& session, const LostSnapshot& lost);

// The callbacks of each kind.
void add_directory_callbacks(fuse_lowlevel_ops& ops);
void add_file_callbacks(fuse_lowlevel_ops& ops);
void add_modifying_callbacks(fuse_lowlevel_ops& ops);

}  // namespace checkpointfs::fs
