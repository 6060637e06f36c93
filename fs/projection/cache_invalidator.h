// SPDX-License-Identifier: Apache-2.0
// Receives the invalidations of names, attributes and contents that the kernel may have cached.
#pragma once

#include <string>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

class CacheInvalidator {
 public:
  CacheInvalidator() = default;
  virtual ~CacheInvalidator() = default;
  CacheInvalidator(const CacheInvalidator&) = delete;
  CacheInvalidator& operator=(const CacheInvalidator&) = delete;

  // The inode of `name` in `directory` and all below it, or the absence of the name.
  virtual void forget_name(Inode directory, const std::string& name) = 0;
  virtual void forget_attributes(Inode inode) = 0;
  // The bytes of a file or the list of a directory, and the attributes.
  virtual void forget_content(Inode inode) = 0;
  // The index was made anew: no inode is what it was. The invalidations follow.
  virtual void renumbered() {}
};

}  // namespace checkpointfs::fs
