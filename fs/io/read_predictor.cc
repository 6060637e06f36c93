// SPDX-License-Identifier: Apache-2.0
#include "fs/io/read_predictor.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace checkpointfs::fs {

ReadPredictor::ReadPredictor(std::vector<File> files) {
  const size_t count = files.size();
  std::vector<uint32_t> by_inode(count);  // by_inode[k]: place in the listing
  std::iota(by_inode.begin(), by_inode.end(), 0U);
  std::ranges::sort(by_inode, {}, [&](uint32_t i) { return files[i].inode; });
  for (auto& order : files_) order.resize(count);
  for (auto& order : positions_) order.resize(count);
  inodes_.reserve(count);
  for (uint32_t k = 0; k < count; ++k) {
    inodes_.push_back(files[by_inode[k]].inode);
    files_[static_cast<size_t>(Order::kListed)][by_inode[k]] = k;
  }
  std::iota(files_[static_cast<size_t>(Order::kInode)].begin(),
            files_[static_cast<size_t>(Order::kInode)].end(), 0U);
  auto& by_name = files_[static_cast<size_t>(Order::kName)];
  std::iota(by_name.begin(), by_name.end(), 0U);
  std::ranges::sort(by_name, {}, [&](uint32_t k) -> const std::string& { return files[by_inode[k]].name; });
  for (size_t order = 0; order < kOrders; ++order) {
    for (uint32_t p = 0; p < count; ++p) positions_[order][files_[order][p]] = p;
  }
}

std::optional<uint32_t> ReadPredictor::index_of(Inode inode) const {
  const auto found = std::ranges::lower_bound(inodes_, inode);
  if (found == inodes_.end() || *found != inode) return std::nullopt;
  return static_cast<uint32_t>(found - inodes_.begin());
}

std::optional<ReadPredictor::Order> ReadPredictor::order_of(uint32_t before, uint32_t after) const {
  for (const Order order : {Order::kInode, Order::kListed, Order::kName}) {
    if (position(order, after) == position(order, before) + 1) return order;
  }
  return std::nullopt;
}

// Positions are those in order_: all before read_ was read, and [trip_ ... next_trip_) was handed out.
void ReadPredictor::take_batch(std::vector<Inode>& batch) {
  const auto& files = files_[static_cast<size_t>(*order_)];
  trip_ = next_trip_;
  next_trip_ = static_cast<uint32_t>(std::min<size_t>(files.size(), trip_ + 1 + batch_));
  for (uint32_t p = trip_ + 1; p < next_trip_; ++p) batch.push_back(inodes_[files[p]]);
  batch_ = std::min(batch_ * 2, kLargestBatch);
}

std::vector<Inode> ReadPredictor::begin(Order order) {
  std::vector<Inode> batch;
  if (inodes_.empty()) return batch;
  order_ = order;
  const auto& files = files_[static_cast<size_t>(order)];
  // The last file is a trip, if there is no other.
  next_trip_ = static_cast<uint32_t>(std::min(kExpectedBatch, files.size() - 1));
  for (uint32_t p = 0; p < next_trip_; ++p) batch.push_back(inodes_[files[p]]);
  batch_ = kExpectedBatch;
  take_batch(batch);
  return batch;
}

std::vector<Inode> ReadPredictor::missed(Inode inode, std::optional<Order> carried) {
  std::vector<Inode> batch;
  const auto file = index_of(inode);
  if (!file) return batch;
  const auto last = std::exchange(last_, file);
  if (order_) {
    const uint32_t at = position(*order_, *file);
    if (at + 1 >= read_ && at <= next_trip_) {
      lead_ = at == trip_ ? 0 : kLead;
      read_ = at + 1;
      is_confirmed_ = true;
      // A reader that has overtaken the prefetcher is at the next trip already.
      while (read_ > trip_ && next_trip_ < inodes_.size() && batch.size() < kLargestBatch) take_batch(batch);
      return batch;
    }
    order_.reset();
    carried.reset();
  }
  order_ = last ? order_of(*last, *file) : carried;
  if (!order_) return batch;
  is_confirmed_ = last.has_value();
  next_trip_ = position(*order_, *file);
  read_ = next_trip_ + 1;
  batch_ = kSmallestBatch;
  lead_ = 0;
  take_batch(batch);
  take_batch(batch);
  return batch;
}

bool ReadPredictor::is_ahead(Inode inode) const {
  const auto file = index_of(inode);
  if (!file || !order_) return false;
  const uint32_t at = position(*order_, *file);
  return at >= read_ + lead_ && at < next_trip_;
}

}  // namespace checkpointfs::fs
