// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/holds.h"

#include <algorithm>

#include "base/log.h"
#include "base/text/message.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {
namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

Holds::Holds(const CurrentProjection& shown, std::optional<std::chrono::seconds> grace, size_t descriptors)
    : shown_(shown), grace_(grace), descriptors_(descriptors) {}

// Whoever uses a snapshot by its path is seen at least twice in the time that a use counts for.
double Holds::cache_timeout() const {
  return grace_ ? Seconds(*grace_).count() / 4 : kForever;
}

void Holds::touch(GenerationCache::iterator held) {
  held->used = Clock::now();
  recent_.splice(recent_.begin(), recent_, held);
}

Holds::HoldPointer Holds::use(Inode snapshot) {
  const std::lock_guard lock(mutex_);
  const auto found = by_snapshot_.find(snapshot);
  if (found == by_snapshot_.end()) return nullptr;
  touch(found->second);
  return found->second->hold;
}

Holds::HoldPointer Holds::any_with(Inode file) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(recent_, [&](const Held& held) { return held.hold->has(file); });
  return found == recent_.end() ? nullptr : found->hold;
}

std::vector<Holds::HoldPointer> Holds::users_of(Inode file) const {
  std::vector<HoldPointer> users;
  const std::lock_guard lock(mutex_);
  const auto since = Clock::now() - *grace_ / 2.0;
  for (const Held& held : recent_) {
    if (held.used < since) break;
    if (held.hold->has(file)) users.push_back(held.hold);
  }
  return users;
}

Holds::HoldPointer Holds::take(Inode directory) {
  if (HoldPointer held = use(directory)) return held;
  uint64_t epoch = 0;
  {
    const std::lock_guard lock(mutex_);
    epoch = epoch_;
  }
  const std::shared_ptr<Projection> shown = shown_.get();
  HoldPointer hold;
  try {
    hold = Hold::take(*shown, directory, descriptors_);
  } catch (const TooManyFiles& e) {
    note_refusal(directory, e.what());
  } catch (const LostSnapshot&) {
    note_lost(directory);
    throw;
  }
  // The index was told of the loss meanwhile.
  if (hold && !hold->is_whole() && was_lost(directory))
    throw LostSnapshot(hold->path() + ": it lost files a moment ago, so it is probably being deleted", 0);
  return hold ? add(std::move(hold), epoch, *shown) : nullptr;
}

Holds::HoldPointer Holds::add(HoldPointer hold, uint64_t epoch, const Projection& from) {
  std::shared_ptr<Projection> shown;  // ended outside of the lock, should this be the last to have it
  const std::lock_guard lock(mutex_);
  if (epoch != epoch_) throw LostSnapshot(hold->path() + ": the index was made anew", 0);
  const Inode snapshot = hold->snapshot();
  refused_.erase(snapshot);
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
    // The kernel was told something in between, and may have heard of this since.
    Held& held = recent_.front();
    held.is_outdated = true;
    for (const Hold::Listed& listed : hold->list()) {
      if (hold->has(listed.entry.inode)) held.contents.insert(listed.entry.inode);
    }
  }
  return hold;
}

void Holds::note_refusal(Inode directory, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(directory).second) return;
  }
  base::log_warning(why);
}

void Holds::note_lost(Inode snapshot) {
  const std::lock_guard lock(mutex_);
  lost_.emplace(snapshot, Clock::now());
}

bool Holds::was_lost(Inode snapshot) const {
  const std::lock_guard lock(mutex_);
  return lost_.contains(snapshot);
}

bool Holds::is_refused(Inode directory) const {
  const std::lock_guard lock(mutex_);
  return refused_.contains(directory);
}

void Holds::close(const OpenFile& file) {
  const std::lock_guard lock(mutex_);
  for (const HoldPointer& hold : file.holds) {
    const auto found = by_snapshot_.find(hold->snapshot());
    if (found != by_snapshot_.end() && found->second->hold == hold) touch(found->second);
  }
}

void Holds::enter(Inode directory) {
  if (!enabled()) return;
  {
    const std::lock_guard lock(mutex_);
    ++entered_[directory];
  }
  try {
    // The kernel may not have been told yet that it is gone.
    if (!take(directory) && !entry(*shown_.get(), directory))
      throw LostSnapshot(base::format("open inode {}: the directory is gone", directory), 0);
  } catch (...) {
    leave(directory);
    throw;
  }
}

void Holds::leave(Inode directory) {
  if (!enabled()) return;
  const std::lock_guard lock(mutex_);
  const auto found = entered_.find(directory);
  if (found == entered_.end()) return;
  if (--found->second == 0) entered_.erase(found);
  const auto held = by_snapshot_.find(directory);
  if (held != by_snapshot_.end()) touch(held->second);
}

bool Holds::has(Inode snapshot) const {
  const std::lock_guard lock(mutex_);
  return by_snapshot_.contains(snapshot);
}

void Holds::drop(Inode snapshot) {
  GenerationCache ended;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  const auto held = by_snapshot_.find(snapshot);
  if (held == by_snapshot_.end()) return;
  for (const Hold::Ancestor& above : held->second->hold->ancestors()) left_.push_back({above, Clock::now()});
  ended.splice(ended.begin(), recent_, held->second);
  by_snapshot_.erase(held);
}

void Holds::drop_above(Inode directory) {
  const std::lock_guard lock(mutex_);
  std::erase_if(left_, [&](const Left& left) { return left.directory.entry.inode == directory; });
}

void Holds::note_inside(const std::string& path) {
  const auto snapshot = shown_.get()->reader()->snapshots().find_by_path(path);
  if (!snapshot) return;
  const Inode directory = inode_of(index::NodeId{index::NodeKind::kDirectory, snapshot->id});
  if (!is_refused(directory)) take(directory);
}

std::vector<Holds::Released> Holds::release_expired(const std::set<std::string>& inside) {
  std::vector<Released> released;
  std::vector<HoldPointer> ended;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  std::erase_if(lost_, [&](const auto& lost) { return lost.second + *grace_ < now; });
  std::erase_if(left_, [&](const Left& left) { return left.since + *grace_ < now; });
  std::vector<GenerationCache::iterator> unused;
  for (auto held = recent_.end(); held != recent_.begin();) {
    --held;
    if (held->used + *grace_ > now) break;
    // As the mutex is held, nobody can open any more of it.
    if (held->hold.use_count() == 1 && !entered_.contains(held->hold->snapshot())) unused.push_back(held);
  }
  for (const GenerationCache::iterator held : unused) {
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
  return released;
}

void Holds::let_all_go() {
  GenerationCache ended;  // closed outside of the lock
  const std::lock_guard lock(mutex_);
  ended.swap(recent_);
  by_snapshot_.clear();
  refused_.clear();
  lost_.clear();
  left_.clear();
  ++epoch_;
}

bool Holds::keeps_name(Inode directory, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(recent_, [&](const Held& held) {
    return held.hold->parent() == directory && held.hold->directory().name == name;
  });
  if (found == recent_.end()) return false;
  found->is_outdated = true;
  return true;
}

bool Holds::keeps_content(Inode inode) {
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

HoldsStatus Holds::status() const {
  HoldsStatus status;
  status.grace = grace_;
  status.descriptors = descriptors_.count();
  status.most_descriptors = descriptors_.most();
  const std::lock_guard lock(mutex_);
  status.refused = refused_.size();
  const auto now = Clock::now();
  for (const Held& held : recent_) {
    status.holds.push_back({held.hold->path(), held.hold->files(), Seconds(now - held.since).count()});
  }
  return status;
}

}  // namespace checkpointfs::fs
