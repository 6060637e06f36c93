// SPDX-License-Identifier: Apache-2.0
#include "fs/io/page_cache.h"

#include <chrono>

#include "fs/libfuse.h"

namespace checkpointfs::fs {
namespace {

constexpr std::chrono::milliseconds kLongestWait(100);

}  // namespace

bool PageCache::store(Inode inode, const OpenFile& file, Numbering numbering) {
  if (numbering_ != numbering) return false;
  if (!stored_.insert(inode)) return true;
  try {
    thread_local std::vector<char> buffer;
    const std::string_view bytes = file.read_all(buffer);
    if (bytes.empty()) return true;
    fuse_bufvec vector = FUSE_BUFVEC_INIT(bytes.size());
    vector.buf[0].mem = const_cast<char*>(bytes.data());
    const int result =
        fuse_lowlevel_notify_store(session_, inode, 0, &vector, static_cast<fuse_buf_copy_flags>(0));
    if (result == 0) {
      ++stored_files_;
      if (numbering_ == numbering && stored_.contains(inode)) return true;
    }
  } catch (...) {
    stored_.erase(inode);
    throw;
  }
  stored_.erase(inode);
  return false;
}

bool PageCache::store_ahead(Inode inode, const OpenFile& file, Numbering numbering) {
  const auto set = [this](Inode ahead) {
    const std::lock_guard lock(mutex_);
    ahead_ = ahead;
    changed_.notify_all();
  };
  set(inode);
  try {
    const bool is_stored = store(inode, file, numbering);
    if (!is_stored) fuse_lowlevel_notify_inval_inode(session_, inode, 0, 0);
    set(0);
    return is_stored;
  } catch (...) {
    set(0);
    throw;
  }
}

bool PageCache::has_all(Inode inode) {
  if (!stored_.contains(inode)) return false;
  if (ahead_ != inode) return true;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLongestWait, [&] { return ahead_ != inode; });
  return stored_.contains(inode);
}

}  // namespace checkpointfs::fs
