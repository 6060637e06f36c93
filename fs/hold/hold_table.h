// SPDX-License-Identifier: Apache-2.0
// The table of held snapshots, with their uses and the ends of their holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fs/hold/hold.h"
#include "fs/projection/current_projection.h"
#include "fs/status/control_status.h"

namespace checkpointfs::fs {

// A snapshot is held for the grace period after its last use. Open files and directories, and processes
// inside of the snapshot, count as uses that go on. Thread-safe.
class HoldTable {
 public:
  using Clock = std::chrono::steady_clock;
  using HoldPointer = std::shared_ptr<const Hold>;

  // `grace`: how long a snapshot is held after its last use; nothing: no snapshot is ever held. REQUIRES:
  // `shown` outlives it.
  HoldTable(const CurrentProjection& shown, std::optional<std::chrono::seconds> grace)
      : shown_(shown), grace_(grace) {}

  const std::optional<std::chrono::seconds>& grace() const { return grace_; }

  // The number of times that let_all_go() was called.
  uint64_t epoch() const;
  // Adds a snapshot that was taken from the projection `from` in `epoch`. Returns the hold in the table,
  // which may be an earlier one of the same snapshot. Throws LostSnapshot if the epoch has ended.
  HoldPointer add(HoldPointer hold, uint64_t epoch, const Projection& from);

  // Null if the snapshot is not held.
  HoldPointer find(Inode snapshot) const;
  // As find(), and counts as a use.
  HoldPointer use(Inode snapshot);
  // The held snapshot at a path of the projection. Counts as a use.
  HoldPointer use_at(std::string_view path);
  // Any held snapshot that shows the file; null if there is none.
  HoldPointer any_with(Inode file) const;
  // The held snapshots in use that show the file.
  std::vector<HoldPointer> users_of(Inode file) const;
  // True if `name` is the last component of the path of a held snapshot.
  bool has_name(std::string_view name) const;
  // The first directory above a held snapshot for which `is_wanted` returns true. `is_wanted` takes no lock.
  std::optional<Hold::Ancestor> ancestor(const std::function<bool(const Hold::Ancestor&)>& is_wanted) const;

  // The directory is open from now on, held or not.
  void enter(Inode directory);
  // REQUIRES: it was entered once more than left.
  void leave(Inode directory);
  // A file was closed that these holds were kept for.
  void note_closed(const std::vector<HoldPointer>& holds);

  // Ends the hold at once, whoever uses it. Files that are open stay open.
  void drop(Inode snapshot);

  // A hold that ended, and the invalidations that were deferred because of it.
  struct Released {
    Inode parent = 0;
    std::string name;
    std::vector<Inode> contents;
  };
  // Ends the holds that were last used more than the grace period ago, unless a process is inside (`inside`:
  // paths in the projection). Returns those whose snapshot has changed or gone meanwhile.
  std::vector<Released> release_expired(const std::set<std::string>& inside);
  // Ends all holds: the index was made anew, and no inode is what it was.
  void let_all_go();

  // Both return true if the kernel must keep what it has cached, because it belongs to a held snapshot. The
  // invalidation is deferred until release_expired() returns it.
  bool keeps_name(Inode directory, const std::string& name);
  bool keeps_content(Inode inode);

  // Fills `grace` and `holds` only.
  HoldsStatus status() const;

 private:
  struct Held {
    HoldPointer hold;
    Clock::time_point since;
    Clock::time_point used;
    bool is_outdated = false;  // the projection shows something else
    std::set<Inode> contents;  // deferred invalidations
  };
  using HeldList = std::list<Held>;

  // REQUIRES: the mutex is held.
  void touch(HeldList::iterator held);

  const CurrentProjection& shown_;
  const std::optional<std::chrono::seconds> grace_;

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  HeldList recent_;           // last used first
  std::unordered_map<Inode, HeldList::iterator> by_snapshot_;
  std::unordered_map<Inode, unsigned> entered_;  // how often each directory is open
  uint64_t epoch_ = 0;                           // of the index
};

}  // namespace checkpointfs::fs
