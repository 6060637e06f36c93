// SPDX-License-Identifier: Apache-2.0
// Has the kernel forget what is no longer so.
#pragma once

#include "fs/projection/cache_invalidator.h"

namespace checkpointfs::fs {

struct Session;

// To be used by a thread that answers nothing: the kernel waits for answers that are under way. REQUIRES: the
// session is mounted, and outlives it.
class KernelCacheInvalidator : public CacheInvalidator {
 public:
  explicit KernelCacheInvalidator(Session& session) : session_(session) {}

  void forget_name(Inode directory, const std::string& name) override;
  void forget_attributes(Inode inode) override;
  void forget_content(Inode inode) override;

 private:
  Session& session_;
};

}  // namespace checkpointfs::fs
