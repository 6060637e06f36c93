// SPDX-License-Identifier: Apache-2.0
// Passes invalidations on to the kernel, but for those of held snapshots, which wait until the hold ends.
#pragma once

#include <string>

#include "fs/hold/shown_tree.h"
#include "fs/projection/cache_invalidator.h"

namespace checkpointfs::fs {

class DeferringInvalidator : public CacheInvalidator {
 public:
  // REQUIRES: both outlive it.
  DeferringInvalidator(ShownTree& tree, CacheInvalidator& kernel) : tree_(tree), kernel_(kernel) {}

  void forget_name(Inode directory, const std::string& name) override {
    if (!tree_.holds().keeps_name(directory, name)) kernel_.forget_name(directory, name);
  }
  void forget_attributes(Inode inode) override { kernel_.forget_attributes(inode); }
  void forget_content(Inode inode) override {
    if (!tree_.holds().keeps_content(inode)) kernel_.forget_content(inode);
  }
  void renumbered() override {
    tree_.renumbered();
    kernel_.renumbered();
  }

 private:
  ShownTree& tree_;
  CacheInvalidator& kernel_;
};

}  // namespace checkpointfs::fs
