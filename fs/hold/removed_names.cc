// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/removed_names.h"

#include <utility>

namespace checkpointfs::fs {

bool RemovedNames::hides(Inode parent, const Entry& entry) const {
  if (is_empty_) return false;
  const std::lock_guard lock(mutex_);
  if (gone_.contains(entry.inode)) return entry.name != "." && entry.name != "..";
  const auto leaving = leaving_.find(parent);
  return leaving != leaving_.end() && leaving->second.names.contains(entry.name);
}

std::optional<RemovedNames::Removal> RemovedNames::removal_of(Inode snapshot) const {
  const std::lock_guard lock(mutex_);
  const auto leaving = leaving_.find(snapshot);
  return leaving == leaving_.end() ? std::nullopt : std::optional(leaving->second.removal);
}

void RemovedNames::begin(Inode snapshot, Removal removal, const std::string& first) {
  const std::lock_guard lock(mutex_);
  leaving_[snapshot] = {std::move(removal), {first}};
  is_empty_ = false;
}

void RemovedNames::remove(Inode snapshot, const std::string& name) {
  const std::lock_guard lock(mutex_);
  leaving_.at(snapshot).names.insert(name);
}

void RemovedNames::finish(Inode snapshot, const std::vector<Hold::Ancestor>& above) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  leaving_.erase(snapshot);
  gone_.insert(snapshot);
  std::erase_if(left_, [&](const Left& left) { return left.since + grace_ < now; });
  for (const Hold::Ancestor& directory : above) left_.push_back({directory, now});
}

void RemovedNames::remove_above(Inode directory) {
  const std::lock_guard lock(mutex_);
  std::erase_if(left_, [&](const Left& left) { return left.directory.entry.inode == directory; });
}

void RemovedNames::forget_above() {
  const std::lock_guard lock(mutex_);
  left_.clear();
}

std::optional<Hold::Ancestor> RemovedNames::ancestor(
    const std::function<bool(const Hold::Ancestor&)>& is_wanted) const {
  const auto since = Clock::now() - grace_;
  const std::lock_guard lock(mutex_);
  for (const Left& left : left_) {
    if (left.since >= since && is_wanted(left.directory)) return left.directory;
  }
  return std::nullopt;
}

}  // namespace checkpointfs::fs
