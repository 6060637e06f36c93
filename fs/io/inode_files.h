// SPDX-License-Identifier: Apache-2.0
// A cache of open files for a mount whose files are read without an OPEN: the files that were used last stay
// open, few enough that neither descriptors nor memory run out.
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
    take_out(inode, dropped);
    text_bytes_ += text_bytes_of(*file);
    recent_.emplace_front(inode, std::move(file));
    by_inode_[inode] = recent_.begin();
    while (recent_.size() > kMost || (recent_.size() > 1 && text_bytes_ > kMostTextBytes)) {
      take_out(recent_.back().first, dropped);
    }
  }

  void drop_all() {
    std::list<std::pair<Inode, File>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(recent_);
    by_inode_.clear();
    text_bytes_ = 0;
  }

  void drop(Inode inode) {
    std::list<std::pair<Inode, File>> dropped;
    const std::lock_guard lock(mutex_);
    take_out(inode, dropped);
  }

 private:
  static constexpr size_t kMost = 64;
  static constexpr uint64_t kMostTextBytes = 128 << 20;

  // Bytes in memory.
  static uint64_t text_bytes_of(const OpenFile& file) { return file.text() != nullptr ? file.length() : 0; }

  void take_out(Inode inode, std::list<std::pair<Inode, File>>& dropped) {
    const auto found = by_inode_.find(inode);
    if (found == by_inode_.end()) return;
    text_bytes_ -= text_bytes_of(*found->second->second);
    dropped.splice(dropped.end(), recent_, found->second);
    by_inode_.erase(found);
  }

  std::mutex mutex_;         // guards what follows
  uint64_t text_bytes_ = 0;  // of recent_
  std::list<std::pair<Inode, File>> recent_;
  std::unordered_map<Inode, std::list<std::pair<Inode, File>>::iterator> by_inode_;
};

}  // namespace checkpointfs::fs
