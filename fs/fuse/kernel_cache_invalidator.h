// SPDX-License-Identifier: Apache-2.0
// Invalidates the kernel's cache of names, attributes and file content.
#pragma once

#include "fs/projection/cache_invalidator.h"

namespace checkpointfs::fs {

struct Session;

// REQUIRES: called by a thread that answers no requests, because the kernel waits for answers that are under
// way; the session is mounted, and outlives this object.
class KernelCacheInvalidator : public CacheInvalidator {
 public:
  explicit KernelCacheInvalidator(Session& session) : session_(session) {}

  void forget_name(Inode directory, const std::string& name) override;
  void forget_attributes(Inode inode) override;
  void forget_content(Inode inode) override;
  void renumbered() override;

 private:
  Session& session_;
};

}  // namespace checkpointfs::fs
