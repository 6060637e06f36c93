// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/held_tree.h"

#include <sys/stat.h>

#include "base/log.h"

namespace checkpointfs::fs {
namespace {

bool is_directory(const Entry& entry) {
  return S_ISDIR(entry.attributes.mode);
}

// The directory of the snapshot that a directory or a `_metadata` may belong to; 0 for other inodes.
Inode snapshot_of(Inode inode) {
  if (is_control(inode)) return 0;
  const index::NodeId node = node_of(inode);
  if (node.kind == index::NodeKind::kFile) return 0;
  return inode_of(index::NodeId{index::NodeKind::kDirectory, node.id});
}

}  // namespace

std::optional<Entry> HeldTree::lookup(Inode snapshot, std::string_view name) {
  const HoldTable::HoldPointer hold = holds_.use(snapshot);
  const Entry* const entry = hold ? hold->find(name) : nullptr;
  return entry != nullptr ? std::optional(*entry) : std::nullopt;
}

std::optional<Entry> HeldTree::entry(Inode inode) {
  const Inode snapshot = snapshot_of(inode);
  const HoldTable::HoldPointer hold = snapshot != 0 ? holds_.use(snapshot) : nullptr;
  if (!hold) return std::nullopt;
  if (inode == snapshot) return hold->directory();
  const Entry* const entry = hold->find(inode);
  return entry != nullptr ? std::optional(*entry) : std::nullopt;
}

std::optional<Entry> HeldTree::file_entry(Inode inode) const {
  const HoldTable::HoldPointer hold = holds_.any_with(inode);
  return hold ? std::optional(*hold->find(inode)) : std::nullopt;
}

bool HeldTree::list(Projection& now, Inode directory, uint64_t after, const TakeEntry& take) {
  const HoldTable::HoldPointer hold = holds_.use(directory);
  if (!hold) return false;
  // Directories below the snapshot do not belong to it. They come first.
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
    if (!more) return true;
    if (listed.position <= after || (is_shown && is_directory(listed.entry))) continue;
    more = take(listed.entry, listed.position);
  }
  return true;
}

std::vector<HoldTable::HoldPointer> HeldTree::take_all_with(Projection& now, Inode file) {
  std::vector<HoldTable::HoldPointer> taken;
  for (const Inode directory : now.directories_of(file)) {
    if (taker_.is_refused(directory)) continue;
    try {
      const HoldTable::HoldPointer hold = taker_.take(directory);
      if (hold && hold->has(file)) taken.push_back(hold);
    } catch (const LostSnapshot& e) {
      if (snapshot_of(file) == directory) throw;
      base::log_info(e.what());
    }
  }
  return taken;
}

std::unique_ptr<OpenFile> HeldTree::open(Projection& now, Inode inode) {
  std::vector<HoldTable::HoldPointer> users = holds_.users_of(inode);
  if (users.empty()) users = take_all_with(now, inode);
  if (users.empty()) {
    if (HoldTable::HoldPointer hold = holds_.any_with(inode)) users.push_back(std::move(hold));
  }
  for (const HoldTable::HoldPointer& hold : users) {
    if (std::unique_ptr<OpenFile> file = hold->open(inode)) {
      file->holds = users;
      return file;
    }
  }
  return nullptr;
}

}  // namespace checkpointfs::fs
