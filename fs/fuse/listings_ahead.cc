// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/listings_ahead.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace checkpointfs::fs {

std::optional<ListingPage> ListingsAhead::take(const Place& place, const Shown& now) {
  std::list<Kept> taken;  // freed outside of the lock
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(kept_, place, &Kept::place);
    if (found == kept_.end()) return std::nullopt;
    taken.splice(taken.begin(), kept_, found);
  }
  if (taken.front().shown.lock() != now) return std::nullopt;  // the index has changed
  return std::move(taken.front().page);
}

void ListingsAhead::keep(const Place& place, const Shown& shown, ListingPage page) {
  std::list<Kept> kept;
  kept.push_back({place, shown, std::move(page)});
  std::list<Kept> dropped;
  const std::lock_guard lock(mutex_);
  if (const auto found = std::ranges::find(kept_, place, &Kept::place); found != kept_.end())
    dropped.splice(dropped.begin(), kept_, found);
  kept_.splice(kept_.begin(), kept);
  if (kept_.size() > kMost) dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
}

bool ListingsAhead::comes_in_order(Inode listed, Inode next) {
  const std::lock_guard lock(mutex_);
  const bool was_next = std::erase(next_, listed) > 0;
  next_.push_front(next);
  if (next_.size() > kMost) next_.pop_back();
  return was_next;
}

}  // namespace checkpointfs::fs
