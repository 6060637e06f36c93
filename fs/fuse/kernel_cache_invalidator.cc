// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/kernel_cache_invalidator.h"

#include "fs/fuse/session.h"
#include "fs/libfuse.h"

namespace checkpointfs::fs {

// Errors are ignored: the kernel does not know the name or inode, or the mount has ended.

void KernelCacheInvalidator::forget_name(Inode directory, const std::string& name) {
  fuse_lowlevel_notify_inval_entry(session_.fuse, directory, name.data(), name.size());
}

void KernelCacheInvalidator::forget_attributes(Inode inode) {
  fuse_lowlevel_notify_inval_inode(session_.fuse, inode, -1, 0);
}

void KernelCacheInvalidator::forget_content(Inode inode) {
  session_.live_texts.forget(inode);
  session_.inode_files.drop(inode);
  session_.pages.forget(inode);
  fuse_lowlevel_notify_inval_inode(session_.fuse, inode, 0, 0);
}

void KernelCacheInvalidator::renumbered() {
  session_.pages.renumbered();
}

}  // namespace checkpointfs::fs
