// SPDX-License-Identifier: Apache-2.0
// What all callbacks need to answer the kernel.
#pragma once

#include <new>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "fs/callbacks.h"
#include "fs/follower.h"
#include "fs/session.h"
#include "index/sqlite.h"

namespace checkpointfs::fs {

inline constexpr unsigned kBlock = 4096;

inline Session& session_of(fuse_req_t request) {
  return *static_cast<Session*>(fuse_req_userdata(request));
}

// The one place where exceptions become an errno for the kernel.
template <typename Answer>
void guard(fuse_req_t request, Answer&& answer) noexcept {
  int code = EIO;
  try {
    answer(session_of(request));
    return;
  } catch (const base::SystemError& e) {
    base::log_warning(e.what());
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

// The kernel has closed it.
void close_file(Session& session, OpenFile* file);

// What made it be lost is looked at again.
void suspect(Session& session, const LostSnapshot& lost);

// The callbacks of each kind.
void add_directory_callbacks(fuse_lowlevel_ops& ops);
void add_file_callbacks(fuse_lowlevel_ops& ops);
void add_modifying_callbacks(fuse_lowlevel_ops& ops);

}  // namespace checkpointfs::fs
