// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/callbacks_files.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "fs/fuse/follower_reports.h"
#include "fs/fuse/request_guard.h"

namespace checkpointfs::fs {
namespace {

// True for a whole, large state file: the kernel knows no offset into a backing file.
bool can_pass_through(const OpenFile& file) {
  return file.state_file() != nullptr && file.state_file()->is_whole() && file.length() >= kLargeFile;
}

bool can_be_stored(const OpenFile& file) {
  return file.is_sized() && file.length() < kLargeFile;
}

bool is_prefetched(Inode inode, const OpenFile& file) {
  return !is_control(inode) && can_be_stored(file);
}

// `numbering`: from before the file was looked up. Returns true if its bytes had to be stored now.
bool open_hybrid(Session& session, Inode inode, OpenFile& file, PageCache::Numbering numbering,
                 fuse_file_info& info) {
  if (can_pass_through(file)) {
    file.passed_through = inode;
    const int backing = session.passthrough.open(inode, file.state_file()->fd.get());
#if FUSE_VERSION >= FUSE_MAKE_VERSION(3, 17)
    info.backing_id = backing;
    if (backing != 0) {
      info.keep_cache = 0;  // the kernel refuses the two together
      // Reads with O_DIRECT still come here, so that they may be at any offset, as in the other modes.
      info.direct_io = (info.flags & O_DIRECT) != 0;
    }
#else
    static_cast<void>(backing);
    static_cast<void>(info);
#endif
    return false;
  }
  if (!can_be_stored(file) || session.pages.has_all(inode)) return false;
  if (!session.pages.store(inode, file, numbering)) info.keep_cache = 0;
  return !is_control(inode);
}

std::unique_ptr<OpenFile> open_shown(Session& session, Inode inode) {
  try {
    return session.tree.open(inode);
  } catch (const FileChanged&) {
    report_changed_file(session, inode);
    throw;
  } catch (const LostSnapshot& e) {
    report_lost_snapshot(session, e);
    throw;
  }
}

// Opens a file. If the file was rewritten, waits until the index is up to date, and throws ESTALE: then the
// kernel looks the name up again, and finds another inode.
std::unique_ptr<OpenFile> open_or_refuse_as_stale(Session& session, Inode inode) {
  const auto then = session.shown.get();
  try {
    return open_shown(session, inode);
  } catch (const FileRewritten& e) {
    for (int i = 0; i < 100 && session.shown.get() == then; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (session.shown.get() == then) throw;
    throw base::SystemError(ESTALE, e.what());
  }
}

// The kernel has closed the file.
void close_file(Session& session, OpenFile* file) {
  if (file->store_to_close() != nullptr) session.state.stores->enter(*file->store_to_close());
  if (file->passed_through != 0) {
    // A read that the kernel itself did could not fail.
    if (const std::string why = file->changed(); !why.empty()) {
      base::log_warning(base::format(
          "read {}: {}; the kernel itself read the file, so programs have read other bytes, or fewer",
          file->name(), why));
      report_changed_file(session, file->passed_through);
    }
    session.passthrough.close(file->passed_through);
  }
  session.tree.close(*file);
  session.state.open_files.close(file);
}

void open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* asks) {
  ++session_of(request).state.counters.opens;
  guard(request, [request, inode, asked = *asks](Session& session) {
    if ((asked.flags & (O_ACCMODE | O_TRUNC)) != O_RDONLY)
      throw base::SystemError(EROFS, "open", "for writing");
    if (session.io.mode == IoMode::kPush) {
      // After ENOSYS the kernel never opens a file again, and keeps its cached pages.
      fuse_reply_err(request, ENOSYS);
      return;
    }
    const PageCache::Numbering numbering = session.pages.numbering();
    OpenFile* const file = session.state.open_files.add(open_or_refuse_as_stale(session, inode));
    fuse_file_info info = asked;
    // The bytes of an inode never change, so the pages that the kernel has cached stay valid.
    info.keep_cache = 1;
    info.noflush = 1;
    // The size of a text that is made on opening is not known before: the kernel must not cut off reads at
    // it.
    info.direct_io = !file->is_sized();
    info.fh = reinterpret_cast<uint64_t>(file);
    bool is_missed = false;
    try {
      if (session.io.mode == IoMode::kHybrid) is_missed = open_hybrid(session, inode, *file, numbering, info);
    } catch (...) {
      close_file(session, file);
      throw;
    }
    file->hand_over();
    const bool is_followed = is_missed && session.prefetcher.missed(inode);
    // Without a reply there will be no release().
    if (fuse_reply_open(request, &info) != 0) close_file(session, file);
    if (is_followed) session.prefetcher.wake();
  });
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
  ++session_of(request).state.counters.releases;
  guard(request, [request, file = reinterpret_cast<OpenFile*>(info->fh)](Session& session) {
    if (file != nullptr) {
      file->take_over();
      close_file(session, file);
    }
    fuse_reply_err(request, 0);
  });
}

// There is nothing to flush. After ENOSYS the kernel never asks again.
void flush(fuse_req_t request, fuse_ino_t, fuse_file_info*) {
  ++session_of(request).state.counters.flushes;
  fuse_reply_err(request, ENOSYS);
}

void reply_read(fuse_req_t request, Session& session, const OpenFile& file, uint64_t at, size_t size) {
  Counters& counters = session.state.counters;
  if (file.store() != nullptr) session.state.stores->enter(*file.store());
  if (file.stream() != nullptr) {
    const std::string text = file.stream()->read(at, size);
    counters.bytes_read += text.size();
    file.hand_over();
    fuse_reply_buf(request, text.data(), text.size());
    return;
  }
  // Keeps the text: as soon as the kernel has the bytes, another thread may have to release the file.
  const std::shared_ptr<const std::string> text = file.text();
  thread_local std::vector<char> buffer;
  const std::string_view bytes = file.read(at, file.readable(at, size), buffer);
  counters.bytes_read += bytes.size();
  file.hand_over();
  fuse_reply_buf(request, bytes.data(), bytes.size());
}

void read(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, fuse_file_info* info) {
  ++session_of(request).state.counters.reads;
  const auto* const opened = reinterpret_cast<const OpenFile*>(info->fh);
  guard(request, [request, inode, size, at = static_cast<uint64_t>(offset), opened](Session& session) {
    if (session.io.mode != IoMode::kPush) {
      opened->take_over();
      const bool is_followed = at == 0 && is_prefetched(inode, *opened) && session.prefetcher.missed(inode);
      try {
        reply_read(request, session, *opened, at, size);
      } catch (const FileChanged&) {
        report_changed_file(session, inode);
        opened->hand_over();
        throw;
      } catch (...) {
        opened->hand_over();
        throw;
      }
      if (is_followed) session.prefetcher.wake();
      return;
    }
    InodeFiles::File file = session.inode_files.find(inode);
    if (!file) {
      file = open_shown(session, inode);
      session.inode_files.keep(inode, file);
    }
    if (at == 0) session.pages.note_read(inode);
    const bool is_followed = at == 0 && is_prefetched(inode, *file) && session.prefetcher.missed(inode);
    try {
      reply_read(request, session, *file, at, size);
    } catch (const FileChanged&) {
      session.inode_files.drop(inode);
      report_changed_file(session, inode);
      throw;
    }
    if (is_followed) session.prefetcher.wake();
  });
}

void forget(Session& session, Inode inode) {
  ++session.state.counters.forgets;
  session.pages.forget(inode);
}

void forget_one(fuse_req_t request, fuse_ino_t inode, uint64_t) {
  forget(session_of(request), inode);
  fuse_reply_none(request);
}

void forget_multi(fuse_req_t request, size_t count, fuse_forget_data* forgets) {
  for (size_t i = 0; i < count; ++i) forget(session_of(request), forgets[i].ino);
  fuse_reply_none(request);
}

}  // namespace

void add_file_callbacks(fuse_lowlevel_ops& ops) {
  ops.open = open;
  ops.read = read;
  ops.flush = flush;
  ops.release = release;
  ops.forget = forget_one;
  ops.forget_multi = forget_multi;
}

}  // namespace checkpointfs::fs
