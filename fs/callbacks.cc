// SPDX-License-Identifier: Apache-2.0
#include "fs/callbacks.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/concat.h"
#include "base/errors.h"
#include "base/log.h"
#include "fs/attributes.h"
#include "fs/projection.h"

namespace checkpointfs::fs {
namespace {

// The index does not change while it is mounted, so the kernel need never ask twice.
constexpr double kForever = 1e9;
constexpr unsigned kBlock = 4096;

Projection& projection_of(fuse_req_t request) {
  return *static_cast<Projection*>(fuse_req_userdata(request));
}

OpenFile* file_of(const fuse_file_info* info) {
  return reinterpret_cast<OpenFile*>(info->fh);
}

// The one place where exceptions become an errno for the kernel.
template <typename Answer>
void guard(fuse_req_t request, Answer&& answer) noexcept {
  int code = EIO;
  try {
    answer(projection_of(request));
    return;
  } catch (const base::SystemError& e) {
    base::log_warning(e.what());
    code = e.code();
  } catch (const std::bad_alloc&) {
    code = ENOMEM;
  } catch (const std::exception& e) {
    base::log_error(e.what());
  }
  ++projection_of(request).counters().errors;
  fuse_reply_err(request, code);
}

struct stat stat_of(const Entry& entry) {
  struct stat st = {};
  const index::Attributes& a = entry.attributes;
  st.st_ino = entry.inode;
  st.st_mode = a.mode;
  st.st_nlink = a.links;
  st.st_uid = a.uid;
  st.st_gid = a.gid;
  st.st_size = static_cast<off_t>(a.size);
  st.st_blksize = kBlock;
  st.st_blocks = static_cast<blkcnt_t>((a.size + kBlock - 1) / kBlock * (kBlock / 512));
  st.st_mtim = {static_cast<time_t>(a.mtime_ns / 1'000'000'000),
                static_cast<long>(a.mtime_ns % 1'000'000'000)};
  st.st_ctim = st.st_mtim;
  st.st_atim = st.st_mtim;
  return st;
}

fuse_entry_param parameters_of(const Entry& entry) {
  fuse_entry_param e = {};
  e.ino = entry.inode;
  e.attr = stat_of(entry);
  e.attr_timeout = kForever;
  e.entry_timeout = kForever;
  return e;
}

void init(void*, fuse_conn_info* connection) {
  connection->want &= ~static_cast<unsigned>(FUSE_CAP_READDIRPLUS_AUTO);
  const unsigned wanted =
      FUSE_CAP_READDIRPLUS | FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_ASYNC_READ | FUSE_CAP_EXPORT_SUPPORT;
  connection->want |= wanted & connection->capable;
  connection->max_background = 64;
  connection->congestion_threshold = 48;
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  guard(request, [&](Projection& projection) {
    ++projection.counters().lookups;
    const std::optional<Entry> entry = projection.lookup(parent, name);
    fuse_entry_param e = {};
    e.entry_timeout = kForever;  // inode 0: remember that there is nothing
    if (entry) e = parameters_of(*entry);
    fuse_reply_entry(request, &e);
  });
}

void getattr(fuse_req_t request, fuse_ino_t inode, fuse_file_info*) {
  guard(request, [&](Projection& projection) {
    ++projection.counters().attributes;
    const std::optional<Entry> entry = projection.entry(inode);
    if (!entry) throw base::SystemError(ESTALE, "stat", base::concat("inode ", inode));
    const struct stat st = stat_of(*entry);
    fuse_reply_attr(request, &st, kForever);
  });
}

void readlink(fuse_req_t request, fuse_ino_t inode) {
  guard(request,
        [&](Projection& projection) { fuse_reply_readlink(request, projection.target(inode).c_str()); });
}

void opendir(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
  info->cache_readdir = 1;
  info->keep_cache = 1;
  fuse_reply_open(request, info);
}

// Fills one page of a directory; `add` is fuse_add_direntry or fuse_add_direntry_plus and returns the bytes
// that the entry needs.
template <typename Add>
void read_directory(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, const Add& add) {
  guard(request, [&](Projection& projection) {
    ++projection.counters().listings;
    std::vector<char> page(size);
    size_t used = 0;
    projection.list(inode, static_cast<uint64_t>(offset), [&](const Entry& entry, uint64_t position) {
      const size_t needed = add(page.data() + used, size - used, entry, static_cast<off_t>(position));
      if (needed > size - used) return false;
      used += needed;
      return true;
    });
    fuse_reply_buf(request, page.data(), used);
  });
}

void readdir(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, fuse_file_info*) {
  read_directory(request, inode, size, offset, [&](char* at, size_t left, const Entry& entry, off_t next) {
    const struct stat st = stat_of(entry);
    return fuse_add_direntry(request, at, left, entry.name.c_str(), &st, next);
  });
}

void readdirplus(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, fuse_file_info*) {
  read_directory(request, inode, size, offset, [&](char* at, size_t left, const Entry& entry, off_t next) {
    const fuse_entry_param e = parameters_of(entry);
    return fuse_add_direntry_plus(request, at, left, entry.name.c_str(), &e, next);
  });
}

void open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* info) {
  guard(request, [&](Projection& projection) {
    if ((info->flags & O_ACCMODE) != O_RDONLY) throw base::SystemError(EROFS, "open", "for writing");
    ++projection.counters().opens;
    OpenFile* const file = projection.open_files().add(projection.open(inode));
    // The bytes of an inode never change, so what the kernel has cached of it stays right.
    info->keep_cache = 1;
    info->noflush = 1;
    // Of a text that is made on opening nobody knows the size before: reads are not to be cut off at it.
    info->direct_io = file->stream || file->is_live;
    info->fh = reinterpret_cast<uint64_t>(file);
    // Without a reply there will be no release().
    if (fuse_reply_open(request, info) != 0) projection.open_files().close(file);
  });
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
  projection_of(request).open_files().close(file_of(info));
  fuse_reply_err(request, 0);
}

// State files never change. One that shrinks is damaged: that must be an error, as the kernel would take a
// short read for the end of the file. So its size is looked at when the bytes are here, out of reach of a
// truncation; which is why they are not spliced.
void read_whole(const OpenFile& file, uint64_t at, uint64_t length, char* buffer) {
  uint64_t done = 0;
  while (done < length) {
    const ssize_t n =
        ::pread(file.fd.get(), buffer + done, length - done, static_cast<off_t>(file.start + at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", file.name);
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  struct stat st = {};
  if (::fstat(file.fd.get(), &st) != 0) base::throw_errno("read", file.name);
  if (done < length || static_cast<uint64_t>(st.st_size) < file.file_size) {
    throw base::SystemError(
        EIO, base::concat("read ", file.name, ": it shrank to ", st.st_size, " bytes while open"));
  }
}

void read(fuse_req_t request, fuse_ino_t, size_t size, off_t offset, fuse_file_info* info) {
  guard(request, [&](Projection& projection) {
    const OpenFile& file = *file_of(info);
    const auto at = static_cast<uint64_t>(offset);
    const uint64_t length = file.readable(at, size);
    Counters& counters = projection.counters();
    ++counters.reads;
    if (file.stream) {
      const std::string text = file.stream->read(at, size);
      counters.bytes_read += text.size();
      fuse_reply_buf(request, text.data(), text.size());
      return;
    }
    counters.bytes_read += length;
    // As soon as the kernel has the bytes, another thread may be told to release the file.
    if (const std::shared_ptr<const std::string> text = file.text) {
      fuse_reply_buf(request, length == 0 ? nullptr : text->data() + at, length);
      return;
    }
    thread_local std::vector<char> buffer;
    if (buffer.size() < length) buffer.resize(length);
    read_whole(file, at, length, buffer.data());
    fuse_reply_buf(request, buffer.data(), length);
  });
}

void getxattr(fuse_req_t request, fuse_ino_t inode, const char* name, size_t size) {
  guard(request, [&](Projection& projection) {
    const std::string_view full = name;
    std::optional<std::string> value;
    if (full.starts_with(kAttributePrefix)) {
      value = projection.extended_attribute(inode, full.substr(kAttributePrefix.size()));
    }
    if (!value) {
      fuse_reply_err(request, ENODATA);
    } else if (size == 0) {
      fuse_reply_xattr(request, value->size());
    } else if (size < value->size()) {
      fuse_reply_err(request, ERANGE);
    } else {
      fuse_reply_buf(request, value->data(), value->size());
    }
  });
}

// After ENOSYS the kernel never asks again: see kAttributePrefix for why there is nothing to list.
void listxattr(fuse_req_t request, fuse_ino_t, size_t) {
  fuse_reply_err(request, ENOSYS);
}

void statfs(fuse_req_t request, fuse_ino_t) {
  guard(request, [&](Projection& projection) {
    struct statvfs st = {};
    const index::Totals& totals = projection.totals();
    st.f_bsize = kBlock;
    st.f_frsize = kBlock;
    st.f_blocks = (totals.bytes + kBlock - 1) / kBlock;
    st.f_files = totals.files + totals.snapshots;
    st.f_namemax = 255;
    fuse_reply_statfs(request, &st);
  });
}

fuse_lowlevel_ops make_callbacks() {
  fuse_lowlevel_ops ops = {};
  ops.init = init;
  ops.lookup = lookup;
  ops.getattr = getattr;
  ops.readlink = readlink;
  ops.opendir = opendir;
  ops.readdir = readdir;
  ops.readdirplus = readdirplus;
  ops.open = open;
  ops.read = read;
  ops.release = release;
  ops.getxattr = getxattr;
  ops.listxattr = listxattr;
  ops.statfs = statfs;
  return ops;
}

}  // namespace

const fuse_lowlevel_ops& callbacks() {
  static const fuse_lowlevel_ops ops = make_callbacks();
  return ops;
}

}  // namespace checkpointfs::fs
