// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/hold_table.h"

#include <algorithm>

#include "base/log.h"
#include "base/text/message.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

void HoldTable::touch(HeldList::iterator held) {
  held->used = Clock::now();
  recent_.splice(recent_.begin(), recent_, held);
}

uint64_t HoldTable::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

HoldTable::HoldPointer HoldTable::add(HoldPointer hold, uint64_t epoch, const Projection& from) {
  std::shared_ptr<Projection> shown;  // destroyed outside of the lock, should this be the last reference
  const std::lock_guard lock(mutex_);
  if (epoch != epoch_) throw LostSnapshot(base::format("{}: the index was made anew", hold->path()), 0);
  const Inode snapshot = hold->snapshot();
  const auto found = by_snapshot_.find(snapshot);
  if (found != by_snapshot_.end()) {
    touch(found->second);
    return found->second->hold;
  }
  const auto at = Clock::now();
  recent_.push_front({hold, at, at, false, {}});
  by_snapshot_.emplace(snapshot, recent_.begin());
  shown = shown_.get();
  if (shown.get() != &from) {
    // Invalidations of the newer projection may have been sent before the hold was there to defer them.
    Held& held = recent_.front();
    held.is_outdated = true;
    for (const Hold::Listed& listed : hold->list()) {
      if (hold->has(listed.entry.inode)) held.contents.insert(listed.entry.inode);
    }
  }
  return hold;
}

HoldTable::HoldPointer HoldTable::find(Inode snapshot) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_snapshot_.find(snapshot);
  return found == by_snapshot_.end() ? nullptr : found->second->hold;
}

HoldTable::HoldPointer HoldTable::use(Inode snapshot) {
  const std::lock_guard lock(mutex_);
  const auto found = by_snapshot_.find(snapshot);
  if (found == by_snapshot_.end()) return nullptr;
  touch(found->second);
  return found->second->hold;
}

HoldTable::HoldPointer HoldTable::use_at(std::string_view path) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(recent_, [&](const Held& held) { return held.hold->path() == path; });
  if (found == recent_.end()) return nullptr;
  touch(found);
  return found->hold;
}

HoldTable::HoldPointer HoldTable::any_with(Inode file) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(recent_, [&](const Held& held) { return held.hold->has(file); });
  return found == recent_.end() ? nullptr : found->hold;
}

std::vector<HoldTable::HoldPointer> HoldTable::users_of(Inode file) const {
  std::vector<HoldPointer> users;
  const std::lock_guard lock(mutex_);
  const auto since = Clock::now() - *grace_ / 2.0;
  for (const Held& held : recent_) {
    if (held.used < since) break;
    if (held.hold->has(file)) users.push_back(held.hold);
  }
  return users;
}

bool HoldTable::has_name(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(recent_, [&](const Held& held) { return held.hold->directory().name == name; });
}

std::optional<Hold::Ancestor> HoldTable::ancestor(
    const std::function<bool(const Hold::Ancestor&)>& is_wanted) const {
  const std::lock_guard lock(mutex_);
  for (const Held& held : recent_) {
    const auto found = std::ranges::find_if(held.hold->ancestors(), is_wanted);
    if (found != held.hold->ancestors().end()) return *found;
  }
  return std::nullopt;
}

void HoldTable::enter(Inode directory) {
  const std::lock_guard lock(mutex_);
  ++entered_[directory];
}

void HoldTable::leave(Inode directory) {
  const std::lock_guard lock(mutex_);
  const auto found = entered_.find(directory);
  if (found == entered_.end()) return;
  if (--found->second == 0) entered_.erase(found);
  const auto held = by_snapshot_.find(directory);
  if (held != by_snapshot_.end()) touch(held->second);
}

void HoldTable::note_closed(const std::vector<HoldPointer>& holds) {
  const std::lock_guard lock(mutex_);
  for (const HoldPointer& hold : holds) {
    const auto found = by_snapshot_.find(hold->snapshot());
    if (found != by_snapshot_.end() && found->second->hold == hold) touch(found->second);
  }
}

void HoldTable::drop(Inode snapshot) {
  HeldList ended;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  const auto held = by_snapshot_.find(snapshot);
  if (held == by_snapshot_.end()) return;
  ended.splice(ended.begin(), recent_, held->second);
  by_snapshot_.erase(held);
}

std::vector<HoldTable::Released> HoldTable::release_expired(const std::set<std::string>& inside) {
  std::vector<Released> released;
  std::vector<HoldPointer> ended;  // closed outside of the lock
  std::unique_lock lock(mutex_);
  const auto now = Clock::now();
  std::vector<HeldList::iterator> unused;
  for (auto held = recent_.end(); held != recent_.begin();) {
    --held;
    if (held->used + *grace_ > now) break;
    // As the mutex is held, no other thread can take a reference.
    if (held->hold.use_count() == 1 && !entered_.contains(held->hold->snapshot())) unused.push_back(held);
  }
  for (const HeldList::iterator held : unused) {
    const Hold& hold = *held->hold;
    if (inside.contains(hold.path())) {
      touch(held);
      continue;
    }
    if (held->is_outdated) {
      held->contents.insert({hold.snapshot(), hold.metadata()});
      released.push_back(
          {hold.parent(), hold.directory().name, {held->contents.begin(), held->contents.end()}});
    }
    by_snapshot_.erase(hold.snapshot());
    ended.push_back(std::move(held->hold));
    recent_.erase(held);
  }
  lock.unlock();
  for (const HoldPointer& hold : ended)
    base::log_debug(base::format("{} is released: it was not used for {} s", hold->path(), grace_->count()));
  return released;
}

void HoldTable::let_all_go() {
  HeldList ended;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  ended.swap(recent_);
  by_snapshot_.clear();
  ++epoch_;
}

bool HoldTable::keeps_name(Inode directory, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(recent_, [&](const Held& held) {
    return held.hold->parent() == directory && held.hold->directory().name == name;
  });
  if (found == recent_.end()) return false;
  found->is_outdated = true;
  return true;
}

bool HoldTable::keeps_content(Inode inode) {
  bool is_kept = false;
  const std::lock_guard lock(mutex_);
  for (Held& held : recent_) {
    if (held.hold->snapshot() != inode && !held.hold->has(inode)) continue;
    held.is_outdated = true;
    held.contents.insert(inode);
    is_kept = true;
  }
  return is_kept;
}

HoldsStatus HoldTable::status() const {
  HoldsStatus status;
  status.grace = grace_;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  for (const Held& held : recent_) {
    const std::chrono::duration<double> seconds = now - held.since;
    status.holds.push_back({held.hold->path(), held.hold->files(), seconds.count()});
  }
  return status;
}

}  // namespace checkpointfs::fs
