// SPDX-License-Identifier: Apache-2.0
// A cache of open files for a mount whose files are read without an OPEN: the files that were used last stay
// open.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "fs/projection/open_file.h"

namespace checkpointfs::fs {

// Thread-safe.
class InodeFiles {
 public:
  using File = std::shared_ptr<const OpenFile>;

  File find(Inode inode) {
    const std::lock_guard lock(mutex_);
    const auto found = by_inode_.find(inode);
    if (found == by_inode_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->second;
  }

  // Replaces the file of this inode.
  void keep(Inode inode, File file) {
    std::list<std::pair<Inode, File>> dropped;  // closed outside of the lock
    const std::lock_guard lock(mutex_);
    const auto found = by_inode_.find(inode);
    if (found != by_inode_.end()) dropped.splice(dropped.end(), recent_, found->second);
    recent_.emplace_front(inode, std::move(file));
    by_inode_[inode] = recent_.begin();
    if (recent_.size() <= kMost) return;
    by_inode_.erase(recent_.back().first);
    dropped.splice(dropped.end(), recent_, std::prev(recent_.end()));
  }

  void drop_all() {
    std::list<std::pair<Inode, File>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(recent_);
    by_inode_.clear();
  }

  void drop(Inode inode) {
    std::list<std::pair<Inode, File>> dropped;
    const std::lock_guard lock(mutex_);
    const auto found = by_inode_.find(inode);
    if (found == by_inode_.end()) return;
    dropped.splice(dropped.end(), recent_, found->second);
    by_inode_.erase(found);
  }

 private:
  static constexpr size_t kMost = 64;

  std::mutex mutex_;
  std::list<std::pair<Inode, File>> recent_;
  std::unordered_map<Inode, std::list<std::pair<Inode, File>>::iterator> by_inode_;
};

}  // namespace checkpointfs::fs
