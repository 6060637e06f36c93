// SPDX-License-Identifier: Apache-2.0
// Guesses which files of a directory will be read next, from those that were asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

// Programs read the files of a directory as it lists them (tar, find), by inode number (cp, rm, grep: fts),
// or by name (rsync, a shell's *). The first two files that follow each other in one of these orders tell
// which it is.
//
// Nobody tells when a file is read whose bytes the kernel already has. So every batch begins with a file that
// is left out, the trip: once that one is asked for, the batch before it was used, and the next one is due,
// while the one behind the trip is still ahead of the reader.
//
// Not thread-safe.
class ReadPredictor {
 public:
  enum class Order : uint8_t { kListed, kInode, kName };
  struct File {
    Inode inode = 0;
    std::string name;
  };

  // So many files a reader that is faster than those who push is left to ask for by itself.
  static constexpr uint32_t kLead = 4;

  // As the directory lists them.
  explicit ReadPredictor(std::vector<File> files);

  bool contains(Inode inode) const { return index_of(inode).has_value(); }

  // A file was asked for. Returns what to push now, in order; nothing if there is no guess. `carried`: the
  // order in which the directory before this one was read, if any: it is believed at once.
  std::vector<Inode> missed(Inode inode, std::optional<Order> carried = {});

  // False if the reader has gone past the file, or is so near that it will ask for it anyway, or reads in
  // another order by now.
  bool is_ahead(Inode inode) const;

  std::optional<Order> order() const { return order_; }

 private:
  static constexpr size_t kOrders = 3;
  static constexpr size_t kSmallestBatch = 8;
  static constexpr size_t kLargestBatch = 128;

  std::optional<uint32_t> index_of(Inode inode) const;
  uint32_t position(Order order, uint32_t file) const { return positions_[static_cast<size_t>(order)][file]; }
  std::optional<Order> order_of(uint32_t before, uint32_t after) const;
  void take_batch(std::vector<Inode>& batch);

  std::vector<Inode> inodes_;                             // by inode number
  std::array<std::vector<uint32_t>, kOrders> files_;      // files_[order][position]: index in inodes_
  std::array<std::vector<uint32_t>, kOrders> positions_;  // the reverse
  std::optional<uint32_t> last_;                          // the file asked for last
  std::optional<Order> order_;
  uint32_t reader_ = 0;     // position of the last file known to be read
  uint32_t trip_ = 0;       // position of the file whose reading makes the next batch due
  uint32_t next_trip_ = 0;  // of the one after that: the end of what was handed out
  size_t batch_ = kSmallestBatch;
  uint32_t lead_ = 0;  // kLead while the reader is faster
};

}  // namespace checkpointfs::fs
