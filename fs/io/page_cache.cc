// SPDX-License-Identifier: Apache-2.0
#include "fs/io/page_cache.h"

#include "fs/libfuse.h"

namespace checkpointfs::fs {

bool PageCache::store(Inode inode, const OpenFile& file) {
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
      return true;
    }
  } catch (...) {
    stored_.erase(inode);
    throw;
  }
  stored_.erase(inode);
  return false;
}

}  // namespace checkpointfs::fs
