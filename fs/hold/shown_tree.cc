// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/shown_tree.h"

#include "base/text/message.h"

namespace checkpointfs::fs {

ShownTree::ShownTree(const CurrentProjection& shown, std::optional<std::chrono::seconds> grace,
                     size_t descriptors)
    : shown_(shown),
      holds_(shown, grace),
      taker_(shown, holds_, descriptors),
      held_(holds_, taker_),
      removed_(grace.value_or(std::chrono::seconds(0))) {}

// A program that uses a snapshot by its path is seen at least twice in the time that a use counts for.
double ShownTree::cache_timeout() const {
  return has_holds() ? std::chrono::duration<double>(*holds_.grace()).count() / 4 : kForever;
}

std::optional<Hold::Ancestor> ShownTree::ancestor(const IsWanted& is_wanted) const {
  std::optional<Hold::Ancestor> found = holds_.ancestor(is_wanted);
  return found ? found : removed_.ancestor(is_wanted);
}

std::optional<std::string> ShownTree::path_of(Projection& now, Inode parent, std::string_view name) const {
  std::optional<std::string> path = now.path_of(parent);
  if (!path) {
    if (auto above = ancestor([&](const Hold::Ancestor& one) { return one.entry.inode == parent; }))
      path = std::move(above->path);
  }
  if (!path) return std::nullopt;
  if (!path->empty()) *path += '/';
  return *path += name;
}

std::optional<Entry> ShownTree::lookup_removed_too(Projection& now, Inode parent, std::string_view name) {
  if (!is_overlaid(parent) || name == "." || name == "..") return now.lookup(parent, name);
  if (std::optional<Entry> file = held_.lookup(parent, name)) return file;
  std::optional<Entry> found = now.lookup(parent, name);
  if (found && !holds_.has_name(name)) return found;
  // Compares paths, as the directories above may have gone and come back with other inodes.
  const std::optional<std::string> path = path_of(now, parent, name);
  if (!path) return found;
  if (const HoldTable::HoldPointer hold = holds_.use_at(*path)) return hold->directory();
  if (found) return found;
  const auto above = ancestor([&](const Hold::Ancestor& one) { return one.path == *path; });
  return above ? std::optional(above->entry) : std::nullopt;
}

std::optional<Entry> ShownTree::lookup(Inode parent, std::string_view name) {
  std::optional<Entry> entry = lookup_removed_too(*shown_.get(), parent, name);
  if (entry && removed_.hides(parent, *entry)) entry.reset();
  return entry;
}

std::optional<Entry> ShownTree::entry(Inode inode) {
  const auto now = shown_.get();
  if (!is_overlaid(inode)) return now->entry(inode);
  if (std::optional<Entry> held = held_.entry(inode)) return held;
  if (std::optional<Entry> found = now->entry(inode)) return found;
  if (std::optional<Entry> file = held_.file_entry(inode)) return file;
  const auto above = ancestor([&](const Hold::Ancestor& one) { return one.entry.inode == inode; });
  return above ? std::optional(above->entry) : std::nullopt;
}

void ShownTree::list(Inode directory, uint64_t after, const TakeEntry& take) {
  const auto now = shown_.get();
  const TakeEntry take_visible = [&](const Entry& entry, uint64_t position) {
    return removed_.hides(directory, entry) || take(entry, position);
  };
  if (has_holds() && held_.list(*now, directory, after, take_visible)) return;
  now->list(directory, after, take_visible);
}

std::unique_ptr<OpenFile> ShownTree::open(Inode inode) {
  const auto now = shown_.get();
  if (is_overlaid(inode)) {
    if (std::unique_ptr<OpenFile> file = held_.open(*now, inode)) return file;
  }
  return now->open(inode);
}

void ShownTree::enter(Inode directory) {
  if (!has_holds()) return;
  holds_.enter(directory);
  try {
    // The kernel may not know yet that the directory is gone.
    if (!taker_.take(directory) && !entry(directory))
      throw LostSnapshot(base::format("open inode {}: the directory is gone", directory), 0);
  } catch (...) {
    holds_.leave(directory);
    throw;
  }
}

void ShownTree::leave(Inode directory) {
  if (has_holds()) holds_.leave(directory);
}

void ShownTree::renumbered() {
  holds_.let_all_go();
  taker_.forget_failures();
  removed_.forget_above();
}

HoldsStatus ShownTree::holds_status() const {
  HoldsStatus status = holds_.status();
  taker_.fill(status);
  return status;
}

}  // namespace checkpointfs::fs
