// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/callbacks_directories.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <exception>
#include <optional>
#include <utility>

#include "base/text/message.h"
#include "fs/fuse/follower_reports.h"
#include "fs/fuse/listings_ahead.h"
#include "fs/fuse/request_guard.h"
#include "fs/io/live_texts.h"
#include "fs/projection/attributes.h"
#include "storage/access.h"

namespace checkpointfs::fs {
namespace {

constexpr unsigned kBlock = 4096;

// True for texts and links of the control directory that tell of all snapshots, also of those that the caller
// may not see.
bool tells_of_all(Inode inode) {
  switch (inode) {
    case kControlStatus:
    case kControlMetrics:
    case kControlIndex:
    case kControlLatest:
    case kControlByTime:
    case kControlByName:
      return true;
    default:
      return is_control(inode) && view_of(inode).kind == ViewKind::kIndexFile;
  }
}

// Takes rights from other users, see MountState::allow_other.
void restrict_to_others(const MountState& state, Inode inode, struct stat& st) {
  st.st_mode = storage::mode_for_others(st.st_mode);
  if (!tells_of_all(inode)) return;
  st.st_mode = (st.st_mode & S_IFMT) | (S_ISDIR(st.st_mode) ? S_IRUSR | S_IXUSR : S_IRUSR);
  st.st_uid = state.uid;
  st.st_gid = state.gid;
}

struct stat stat_of(const MountState& state, const Entry& entry) {
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
  if (state.allow_other) restrict_to_others(state, entry.inode, st);
  st.st_mode = storage::own_mode(st.st_mode);
  return st;
}

// Sets the size of a text, which must be known before it is read where no file is opened. Returns the cache
// timeout of the entry, seconds.
double measure(Session& session, Entry& entry, LiveTexts::Use use) {
  if (is_live(entry.inode)) return 0;
  if (entry.sized != Sized::kOnOpen || session.io.mode != IoMode::kPush) return session.tree.cache_timeout();
  return session.live_texts.measure(*session.shown.get(), session.inode_files, entry, use) ? 0 : kForever;
}

fuse_entry_param parameters_of(const MountState& state, const Entry& entry, double timeout) {
  fuse_entry_param e = {};
  e.ino = entry.inode;
  e.attr = stat_of(state, entry);
  e.attr_timeout = timeout;
  e.entry_timeout = timeout;
  return e;
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  ++session_of(request).state.counters.lookups;
  guard(request, [request, parent, name = std::string(name)](Session& session) {
    std::optional<Entry> entry = session.tree.lookup(parent, name);
    fuse_entry_param e = {};
    // Inode 0: the kernel caches that the name is missing.
    e.entry_timeout = is_live(parent) ? 0 : session.tree.missing_cache_timeout();
    if (entry) {
      const double timeout = measure(session, *entry, LiveTexts::Use::kOpening);
      e = parameters_of(session.state, *entry, timeout);
    }
    fuse_reply_entry(request, &e);
  });
}

// The attributes of a file that a program has open but that the tree no longer shows, as it was replaced: the
// kernel asks for its size before it reads to the end. No name leads to it, so nobody has rights to open it.
// Throws SystemError: ESTALE if it is no state file.
Entry entry_of_replaced(const MountState& state, Inode inode, const OpenFile& file) {
  const StateFileRange* const range = file.state_file();
  if (range == nullptr) throw base::SystemError(ESTALE, "stat", file.name());
  Entry entry;
  entry.inode = inode;
  entry.attributes = {range->length, range->file_mtime_ns, S_IFREG, state.uid, state.gid, 0};
  return entry;
}

void getattr(fuse_req_t request, fuse_ino_t inode, fuse_file_info* info) {
  ++session_of(request).state.counters.attributes;
  const auto* const opened = info != nullptr ? reinterpret_cast<const OpenFile*>(info->fh) : nullptr;
  guard(request, [request, inode, opened](Session& session) {
    std::optional<Entry> entry = session.tree.entry(inode);
    if (opened != nullptr) opened->take_over();
    if (!entry && opened != nullptr) entry = entry_of_replaced(session.state, inode, *opened);
    if (!entry) throw base::SystemError(ESTALE, "stat", base::format("inode {}", inode));
    double timeout = measure(session, *entry, LiveTexts::Use::kOpened);
    // Another process has put an index in the place of that of the mount, in which the number is that of
    // another file: with its size, the read would end too early.
    if (opened != nullptr && opened->is_sized() && opened->length() != entry->attributes.size) {
      entry->attributes.size = opened->length();
      timeout = 0;
    }
    const struct stat st = stat_of(session.state, *entry);
    fuse_reply_attr(request, &st, timeout);
  });
}

void readlink(fuse_req_t request, fuse_ino_t inode) {
  guard(request, [request, inode](Session& session) {
    fuse_reply_readlink(request, session.tree.target(inode).c_str());
  });
}

// After ENOSYS the kernel never asks again, and caches what is listed.
void opendir(fuse_req_t request, fuse_ino_t inode, fuse_file_info* asks) {
  guard(request, [request, inode, asked = *asks](Session& session) {
    if (!session.tree.has_holds() && (session.capable & FUSE_CAP_NO_OPENDIR_SUPPORT) != 0) {
      fuse_reply_err(request, ENOSYS);
      return;
    }
    try {
      session.tree.enter(inode);
    } catch (const LostSnapshot& e) {
      report_lost_snapshot(session, e);
      throw;
    }
    fuse_file_info info = asked;
    info.cache_readdir = 1;
    info.keep_cache = 1;
    // Without a reply there will be no releasedir().
    if (fuse_reply_open(request, &info) != 0) session.tree.leave(inode);
  });
}

void releasedir(fuse_req_t request, fuse_ino_t inode, fuse_file_info*) {
  guard(request, [request, inode](Session& session) {
    session.tree.leave(inode);
    fuse_reply_err(request, 0);
  });
}

// Makes one page of a directory; `add` is fuse_add_direntry or fuse_add_direntry_plus and returns the bytes
// that the entry needs. `page`: to be overwritten.
template <typename Add>
ListingPage make_page(Session& session, const ListingsAhead::Place& place, ListingPage page, const Add& add) {
  if (page.bytes.size() < place.size) page.bytes.resize(place.size);
  page.used = 0;
  page.next = place.after;
  page.is_last = true;
  session.tree.list(place.directory, place.after, [&](const Entry& entry, uint64_t position) {
    const size_t left = place.size - page.used;
    const size_t needed = add(page.bytes.data() + page.used, left, entry, static_cast<off_t>(position));
    page.is_last = needed <= left;
    if (!page.is_last) return false;
    page.used += needed;
    page.next = position;
    return true;
  });
  return page;
}

// Makes the page that the kernel will ask for after `page`. The last entry is followed by an empty page, and
// that one by the next directory.
template <typename Add>
void make_next_page(Session& session, ListingsAhead::Place place, ListingPage page, const Add& add) {
  if (!session.lists_ahead || is_control(place.directory)) return;
  const auto shown = session.shown.get();
  if (page.used > 0 && page.is_last) {
    place.after = page.next;
    page.used = 0;
    return session.listings_ahead.keep(place, shown, std::move(page));
  }
  if (page.used > 0) {
    place.after = page.next;
  } else {
    const std::optional<Inode> next = directory_after(*shown, place.directory);
    if (!next || !session.listings_ahead.comes_in_order(place.directory, *next)) return;
    place.directory = *next;
    place.after = 0;
  }
  page = make_page(session, place, std::move(page), add);
  session.listings_ahead.keep(place, shown, std::move(page));
}

template <typename Add>
void read_directory(fuse_req_t request, const ListingsAhead::Place& place, const Add& add) {
  ++session_of(request).state.counters.listings;
  guard(request, [=](Session& session) {
    if (place.after == 0) session.prefetcher.listing(place.directory);
    std::optional<ListingPage> page;
    if (session.lists_ahead) page = session.listings_ahead.take(place, session.shown.get());
    if (!page) page = make_page(session, place, {}, add);
    // The kernel knows all files of the directory now.
    if (page->used == 0) session.prefetcher.listed(place.directory);
    fuse_reply_buf(request, page->bytes.data(), page->used);
    try {
      make_next_page(session, place, *std::move(page), add);
    } catch (const std::exception&) {
      // The request for that page gets the error.
    }
  });
}

// libfuse does not look at the request to which an entry is added, and it may have been answered.
constexpr fuse_req_t kNoRequest = nullptr;

void readdir(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, fuse_file_info*) {
  const MountState& state = session_of(request).state;
  read_directory(request, {inode, static_cast<uint64_t>(offset), size, false},
                 [&state](char* at, size_t left, const Entry& entry, off_t next) {
                   const struct stat st = stat_of(state, entry);
                   return fuse_add_direntry(kNoRequest, at, left, entry.name.c_str(), &st, next);
                 });
}

void readdirplus(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, fuse_file_info*) {
  const bool push = session_of(request).io.mode == IoMode::kPush;
  const double timeout = session_of(request).tree.cache_timeout();
  const MountState& state = session_of(request).state;
  read_directory(request, {inode, static_cast<uint64_t>(offset), size, true},
                 [=, &state](char* at, size_t left, const Entry& entry, off_t next) {
                   fuse_entry_param e = parameters_of(state, entry, is_live(entry.inode) ? 0 : timeout);
                   // Without attributes: only a lookup makes the text, which tells the size.
                   if (entry.sized == Sized::kOnLookup || (push && entry.sized == Sized::kOnOpen)) e.ino = 0;
                   return fuse_add_direntry_plus(kNoRequest, at, left, entry.name.c_str(), &e, next);
                 });
}

void getxattr(fuse_req_t request, fuse_ino_t inode, const char* name, size_t size) {
  ++session_of(request).state.counters.xattrs;
  guard(request, [request, inode, size, full = std::string(name)](Session& session) {
    // There are neither access lists nor labels. `ls -l` asks for both, for each file, until the reply is
    // EOPNOTSUPP.
    if (!full.starts_with("user.")) {
      fuse_reply_err(request, EOPNOTSUPP);
      return;
    }
    std::optional<std::string> value;
    if (full.starts_with(kAttributePrefix)) {
      value = session.tree.extended_attribute(inode, full.substr(kAttributePrefix.size()));
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

// After ENOSYS the kernel never asks again. See kAttributePrefix for the reason why no attribute is listed.
void listxattr(fuse_req_t request, fuse_ino_t, size_t) {
  fuse_reply_err(request, ENOSYS);
}

// Used space is what the mount shows, free space that of the sources: a full source fills this mount too, and
// nothing else does. Zero says that something is not known.
void statfs(fuse_req_t request, fuse_ino_t) {
  guard(request, [request](Session& session) {
    struct statvfs st = {};
    st.f_bsize = kBlock;
    st.f_frsize = kBlock;
    st.f_namemax = 255;
    const auto free = session.state.free_space ? session.state.free_space->look() : std::nullopt;
    if (free) {
      const index::Totals totals = session.tree.totals();
      st.f_bfree = free->bytes / kBlock;
      st.f_bavail = st.f_bfree;
      st.f_blocks = (totals.bytes + kBlock - 1) / kBlock + st.f_bfree;
      st.f_ffree = free->files;
      st.f_favail = st.f_ffree;
      st.f_files = free->files == 0 ? 0 : totals.files + totals.snapshots + free->files;
    }
    fuse_reply_statfs(request, &st);
  });
}

}  // namespace

void add_directory_callbacks(fuse_lowlevel_ops& ops) {
  ops.lookup = lookup;
  ops.getattr = getattr;
  ops.readlink = readlink;
  ops.opendir = opendir;
  ops.releasedir = releasedir;
  ops.readdir = readdir;
  ops.readdirplus = readdirplus;
  ops.getxattr = getxattr;
  ops.listxattr = listxattr;
  ops.statfs = statfs;
}

}  // namespace checkpointfs::fs
