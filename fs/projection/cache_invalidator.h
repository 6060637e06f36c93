// SPDX-License-Identifier: Apache-2.0
// What the kernel must no longer believe.
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

  // What `name` in `directory` leads to, and all below it; or that there is nothing.
  virtual void forget_name(Inode directory, const std::string& name) = 0;
  virtual void forget_attributes(Inode inode) = 0;
  // A file's bytes or a directory's list, and the attributes.
  virtual void forget_content(Inode inode) = 0;
  // The index was made anew: no inode is what it was. What is to be forgotten is told afterwards.
  virtual void renumbered() {}
};

}  // namespace checkpointfs::fs
