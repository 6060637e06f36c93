// SPDX-License-Identifier: Apache-2.0
// What the mount answers because of what is held.
#include <sys/stat.h>

#include <algorithm>

#include "base/log.h"
#include "fs/hold/holds.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {
namespace {

bool is_directory(const Entry& entry) {
  return S_ISDIR(entry.attributes.mode);
}

// The snapshot that a directory or a `_metadata` may be of; 0: neither.
Inode snapshot_of(Inode inode) {
  if (is_control(inode)) return 0;
  const index::NodeId node = node_of(inode);
  if (node.kind == index::NodeKind::kFile) return 0;
  return inode_of(index::NodeId{index::NodeKind::kDirectory, node.id});
}

}  // namespace

template <typename Take>
void Holds::each_above(const Take& take) const {
  for (const Held& held : recent_) {
    if (std::ranges::any_of(held.hold->ancestors(), take)) return;
  }
  const auto since = Clock::now() - *grace_;
  for (const Left& left : left_) {
    if (left.since >= since && take(left.directory)) return;
  }
}

std::optional<Entry> Holds::entry_above(Inode ancestor) const {
  std::optional<Entry> found;
  const std::lock_guard lock(mutex_);
  each_above([&](const Hold::Ancestor& above) {
    if (above.entry.inode == ancestor) found = above.entry;
    return found.has_value();
  });
  return found;
}

bool Holds::is_name_held(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(recent_, [&](const Held& held) { return held.hold->directory().name == name; });
}

// By path, as the directories above may have gone and come back with other inodes.
std::optional<Entry> Holds::by_path(Projection& now, Inode parent, std::string_view name,
                                    bool snapshots_only) {
  std::optional<std::string> path = now.path_of(parent);
  const std::lock_guard lock(mutex_);
  if (!path) {
    each_above([&](const Hold::Ancestor& above) {
      if (above.entry.inode == parent) path = above.path;
      return path.has_value();
    });
  }
  if (!path) return std::nullopt;
  if (!path->empty()) *path += '/';
  *path += name;
  for (auto held = recent_.begin(); held != recent_.end(); ++held) {
    if (held->hold->path() == *path) {
      touch(held);
      return held->hold->directory();
    }
  }
  std::optional<Entry> found;
  if (snapshots_only) return found;
  each_above([&](const Hold::Ancestor& above) {
    if (above.path == *path) found = above.entry;
    return found.has_value();
  });
  return found;
}

std::optional<Entry> Holds::lookup(Projection& now, Inode parent, std::string_view name) {
  if (!enabled() || is_control(parent) || name == "." || name == "..") return now.lookup(parent, name);
  if (const HoldPointer hold = use(parent)) {
    if (const Entry* const entry = hold->find(name)) return *entry;
  }
  std::optional<Entry> found = now.lookup(parent, name);
  if (found && !is_name_held(name)) return found;
  std::optional<Entry> held = by_path(now, parent, name, found.has_value());
  return held ? held : found;
}

std::optional<Entry> Holds::entry(Projection& now, Inode inode) {
  if (!enabled() || is_control(inode)) return now.entry(inode);
  if (const Inode snapshot = snapshot_of(inode); snapshot != 0) {
    if (const HoldPointer hold = use(snapshot)) {
      if (inode == snapshot) return hold->directory();
      if (const Entry* const entry = hold->find(inode)) return *entry;
    }
  }
  std::optional<Entry> found = now.entry(inode);
  if (found) return found;
  if (const HoldPointer hold = any_with(inode)) return *hold->find(inode);
  return entry_above(inode);
}

void Holds::list(Projection& now, Inode directory, uint64_t after, const TakeEntry& take) {
  const HoldPointer hold = enabled() ? use(directory) : nullptr;
  if (!hold) {
    now.list(directory, after, take);
    return;
  }
  // Directories in it are no part of the snapshot. They come first.
  const bool is_shown = now.entry(directory).has_value();
  bool more = true;
  if (is_shown) {
    now.list(directory, after, [&](const Entry& entry, uint64_t position) {
      if (!is_directory(entry)) return false;
      more = take(entry, position);
      return more;
    });
  }
  for (const Hold::Listed& listed : hold->list()) {
    if (!more) return;
    if (listed.position <= after || (is_shown && is_directory(listed.entry))) continue;
    more = take(listed.entry, listed.position);
  }
}

std::unique_ptr<OpenFile> Holds::open(Projection& now, Inode inode) {
  if (!enabled() || is_control(inode)) return now.open(inode);
  std::vector<HoldPointer> users = users_of(inode);
  if (users.empty()) {
    for (const Inode directory : now.directories_of(inode)) {
      if (is_refused(directory)) continue;
      try {
        const HoldPointer hold = take(directory);
        if (hold && hold->has(inode)) users.push_back(hold);
      } catch (const LostSnapshot& e) {
        if (snapshot_of(inode) == directory) throw;
        base::log_info(e.what());
      }
    }
  }
  if (users.empty()) {
    if (HoldPointer hold = any_with(inode)) users.push_back(std::move(hold));
  }
  for (const HoldPointer& hold : users) {
    if (std::unique_ptr<OpenFile> file = hold->open(inode)) {
      file->holds = users;
      return file;
    }
  }
  return now.open(inode);
}

}  // namespace checkpointfs::fs
