// SPDX-License-Identifier: Apache-2.0
// The tree of held snapshots: their names, attributes, lists and files as they were when they were taken.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "fs/hold/hold_taker.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// Answers only for what is held; ShownTree asks the projection for the rest. Thread-safe. Every answer counts
// as a use of the snapshot.
class HeldTree {
 public:
  // REQUIRES: the references outlive it.
  HeldTree(HoldTable& holds, HoldTaker& taker) : holds_(holds), taker_(taker) {}

  // A file of a held snapshot.
  std::optional<Entry> lookup(Inode snapshot, std::string_view name);
  // A held snapshot, or its `_metadata`.
  std::optional<Entry> entry(Inode inode);
  // A file of any held snapshot.
  std::optional<Entry> file_entry(Inode inode) const;
  // Lists a held snapshot, with the directories in it that `now` shows. Returns false, and takes nothing, if
  // `directory` is not held. See Projection::list().
  bool list(Projection& now, Inode directory, uint64_t after, const TakeEntry& take);
  // A file of a held snapshot. The snapshots of `now` that show the file are taken first, unless one of them
  // is in use; those that cannot be taken are left out. Null if no held snapshot has the file. Throws
  // LostSnapshot if `file` is a `_metadata` and its snapshot cannot be taken.
  std::unique_ptr<OpenFile> open(Projection& now, Inode file);

 private:
  std::vector<HoldTable::HoldPointer> take_all_with(Projection& now, Inode file);

  HoldTable& holds_;
  HoldTaker& taker_;
};

}  // namespace checkpointfs::fs
