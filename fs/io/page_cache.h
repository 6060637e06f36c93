// SPDX-License-Identifier: Apache-2.0
// Puts the bytes of files into the page cache of the kernel before they are read.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "fs/io/inode_set.h"
#include "fs/projection/open_file.h"

struct fuse_session;

namespace checkpointfs::fs {

// Thread-safe. Each file is stored once until the kernel forgets it. The kernel reads pages again that it
// dropped under memory pressure, and a store would wait for the pages that such a READ has locked.
class PageCache {
 public:
  // The number of times that the index was made anew, and each inode became another file.
  using Numbering = uint64_t;

  // REQUIRES: `session` is mounted while store() is called.
  void use(fuse_session* session) { session_ = session; }

  // Must be asked before a file is looked up.
  Numbering numbering() const { return numbering_; }
  // The invalidations of all inodes follow.
  void renumbered() { ++numbering_; }

  // Reads the whole file and stores it, unless that was done before. Returns false if the kernel must not
  // keep what it has of the inode: the file was looked up by an older `numbering`, or has changed meanwhile,
  // or the store failed. Throws what OpenFile::read_all() throws.
  bool store(Inode inode, const OpenFile& file, Numbering numbering);
  // The same for a file that may be opened meanwhile; the kernel drops what it must not keep. REQUIRES:
  // called by one thread, which answers no requests.
  bool store_ahead(Inode inode, const OpenFile& file, Numbering numbering);

  // True if the kernel has all bytes of this inode. Waits while store_ahead() stores them, but not for long:
  // the kernel can read them as well.
  bool has_all(Inode inode);
  // True if the kernel has the bytes of this inode, or is reading them now.
  bool has(Inode inode) const { return stored_.contains(inode); }
  void note_read(Inode inode) { stored_.insert(inode); }
  void forget(Inode inode) { stored_.erase(inode); }

  uint64_t stored_files() const { return stored_files_; }

 private:
  fuse_session* session_ = nullptr;
  std::atomic<Numbering> numbering_ = 0;
  InodeSet stored_;
  std::atomic<uint64_t> stored_files_ = 0;

  std::atomic<Inode> ahead_ = 0;  // store_ahead() stores it now; changed under the mutex
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace checkpointfs::fs
