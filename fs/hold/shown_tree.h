// SPDX-License-Identifier: Apache-2.0
// The tree that the callbacks show: the projection, overlaid by held snapshots, less the names that were
// removed.
//
// With -o pin-on-open a snapshot that is opened is held: it stays as it was, whatever becomes of it in the
// sources. With -o release names can be removed through the mount. Three layers make up the tree, and this
// class alone knows their order:
//  1. Projection: one state of the index.
//  2. HeldTree: the snapshots in the HoldTable, and the directories above them. HoldTaker fills the table: a
//     Hold has the entries, the rewritten metadata and a descriptor of each state file (HeldDescriptors).
//     HoldExpiry ends a hold one grace period after its last use. Names are cached by the kernel for a
//     quarter of the grace period only, so that programs which go on by path are seen. DeferringInvalidator
//     keeps back the invalidations that concern a hold until it ends.
//  3. RemovedNames: names that are hidden. RemovalThroughMount makes the first of them begin a plan of
//     removal/, and the removal of the directory finish it. A killed mount leaves an unfinished plan on the
//     disk, and nothing else that the next mount would have to know.
// A hold keeps no projection: a projection has many readers, and makes the log of SQLite grow.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fs/hold/held_tree.h"
#include "fs/hold/hold_table.h"
#include "fs/hold/hold_taker.h"
#include "fs/hold/removed_names.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// The cache timeout of answers that are invalidated when they change, seconds.
inline constexpr double kForever = 1e9;

// Thread-safe. Throws what Projection throws.
class ShownTree {
 public:
  // `grace`: how long a snapshot is held after its last use; nothing: no snapshot is ever held.
  // `descriptors`: how many all holds together may have open. REQUIRES: `shown` outlives it.
  ShownTree(const CurrentProjection& shown, std::optional<std::chrono::seconds> grace, size_t descriptors);
  ShownTree(const ShownTree&) = delete;
  ShownTree& operator=(const ShownTree&) = delete;

  // See the functions of the same names in Projection.
  std::optional<Entry> lookup(Inode parent, std::string_view name);
  std::optional<Entry> entry(Inode inode);
  void list(Inode directory, uint64_t after, const TakeEntry& take);
  // Throws LostSnapshot as HeldTree::open() does.
  std::unique_ptr<OpenFile> open(Inode inode);
  // Neither holds nor removals change these answers.
  std::string target(Inode link) { return shown_.get()->target(link); }
  std::optional<std::string> extended_attribute(Inode inode, std::string_view name) {
    return shown_.get()->extended_attribute(inode, name);
  }
  index::Totals totals() { return shown_.get()->totals(); }

  bool has_holds() const { return holds_.grace().has_value(); }
  // The time for which the kernel may cache a name or attributes, seconds. Short if there are holds, so that
  // programs which use a snapshot by its path are seen.
  double cache_timeout() const;
  // The same for a name that is not there.
  double missing_cache_timeout() const { return has_holds() ? 0 : cache_timeout(); }

  // The directory is opened: if it is a snapshot, it is held from now on. Throws LostSnapshot.
  void enter(Inode directory);
  // REQUIRES: it was entered once more than left.
  void leave(Inode directory);
  // The kernel closes the file.
  void close(const OpenFile& file) { holds_.note_closed(file.holds); }

  // The index was made anew: no inode is what it was.
  void renumbered();
  HoldsStatus holds_status() const;

  HoldTable& holds() { return holds_; }
  HoldTaker& taker() { return taker_; }
  RemovedNames& removed() { return removed_; }

 private:
  using IsWanted = std::function<bool(const Hold::Ancestor&)>;

  bool is_overlaid(Inode inode) const { return has_holds() && !is_control(inode); }
  std::optional<Entry> lookup_removed_too(Projection& now, Inode parent, std::string_view name);
  // A directory above a held or a removed snapshot.
  std::optional<Hold::Ancestor> ancestor(const IsWanted& is_wanted) const;
  // Path in the projection of `name` in `parent`; nothing if there is no such directory.
  std::optional<std::string> path_of(Projection& now, Inode parent, std::string_view name) const;

  const CurrentProjection& shown_;
  HoldTable holds_;
  HoldTaker taker_;
  HeldTree held_;
  RemovedNames removed_;
};

}  // namespace checkpointfs::fs
