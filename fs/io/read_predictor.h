// SPDX-License-Identifier: Apache-2.0
// Predicts which files of a directory will be read next, from those that were read.
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
// or by name (rsync, a shell's *). The first two files that follow each other in one of these orders decide
// the order.
//
// The kernel does not say when it reads a file from its page cache. So every batch begins with a file that is
// left out, the trip: a miss of the trip means that the batch before it was used, and the next one is due,
// while the batch behind the trip is still ahead of the reader.
//
// Not thread-safe.
class ReadPredictor {
 public:
  enum class Order : uint8_t { kListed, kInode, kName };
  struct File {
    Inode inode = 0;
    std::string name;
  };

  // A reader that is faster than the prefetcher is left to read so many files by itself.
  static constexpr uint32_t kLead = 4;

  // `files`: in the order of the directory.
  explicit ReadPredictor(std::vector<File> files);

  bool contains(Inode inode) const { return index_of(inode).has_value(); }

  // Returns the first files to prefetch before any file is missed, in the order in which the directory before
  // this one was read. REQUIRES: the first call.
  std::vector<Inode> begin(Order order);

  // A file was missed. Returns the files to prefetch now, in order; none if the order is unknown. `carried`:
  // the order in which the directory before this one was read, if any: the first miss assumes it.
  std::vector<Inode> missed(Inode inode, std::optional<Order> carried = {});

  // False if the reader has gone past the file, or is so near that it will read it first, or reads in another
  // order by now.
  bool is_ahead(Inode inode) const;

  std::optional<Order> order() const { return order_; }
  // True if the reader has read in order() what was handed out.
  bool is_confirmed() const { return order_ && is_confirmed_; }

 private:
  static constexpr size_t kOrders = 3;
  static constexpr size_t kSmallestBatch = 8;
  static constexpr size_t kExpectedBatch = 64;  // of begin()
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
  bool is_confirmed_ = false;
  uint32_t read_ = 0;       // position after the last file known to be read
  uint32_t trip_ = 0;       // position of the file whose reading makes the next batch due
  uint32_t next_trip_ = 0;  // position of the next trip: the end of the files that were handed out
  size_t batch_ = kSmallestBatch;
  uint32_t lead_ = 0;  // kLead while the reader is faster
};

}  // namespace checkpointfs::fs
