// SPDX-License-Identifier: Apache-2.0
// A set of inode numbers, about one byte each, whatever their order. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

class InodeSet {
 public:
  // Returns false if the inode was in the set.
  bool insert(Inode inode) {
    const std::lock_guard lock(mutex_);
    uint64_t& word = pages_[inode / kPageBits][inode % kPageBits / 64];
    const uint64_t bit = uint64_t{1} << (inode % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

  void erase(Inode inode) {
    const std::lock_guard lock(mutex_);
    const auto page = pages_.find(inode / kPageBits);
    if (page != pages_.end()) page->second[inode % kPageBits / 64] &= ~(uint64_t{1} << (inode % 64));
  }

  bool contains(Inode inode) const {
    const std::lock_guard lock(mutex_);
    const auto page = pages_.find(inode / kPageBits);
    return page != pages_.end() && (page->second[inode % kPageBits / 64] >> (inode % 64) & 1) != 0;
  }

 private:
  static constexpr uint64_t kPageBits = 4096 * 8;
  using Page = std::array<uint64_t, kPageBits / 64>;

  mutable std::mutex mutex_;
  std::unordered_map<uint64_t, Page> pages_;
};

}  // namespace checkpointfs::fs
