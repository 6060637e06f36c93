// SPDX-License-Identifier: Apache-2.0
// The names that were removed through the mount (-o release), and are hidden although a hold still has them.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fs/hold/hold.h"

namespace checkpointfs::fs {

// Thread-safe.
class RemovedNames {
 public:
  // The removal of a snapshot that has begun.
  struct Removal {
    std::string plan;
    uid_t uid = 0;  // of the user who began it
  };

  // `grace`: how long the directories above a removed snapshot are there, as the user may be about to remove
  // them.
  explicit RemovedNames(std::chrono::seconds grace) : grace_(grace) {}

  // True if the entry of the projection, or of a hold, was removed from the directory `parent`.
  bool hides(Inode parent, const Entry& entry) const;
  // The removal of the snapshot that has begun and not ended; nothing if there is none.
  std::optional<Removal> removal_of(Inode snapshot) const;

  // The removal of the snapshot begins with its name `first`.
  void begin(Inode snapshot, Removal removal, const std::string& first);
  // REQUIRES: the removal of the snapshot has begun.
  void remove(Inode snapshot, const std::string& name);
  // The removal has ended: the whole directory is hidden. `above`: the directories above the snapshot.
  void finish(Inode snapshot, const std::vector<Hold::Ancestor>& above);
  // The directory above a removed snapshot was removed as well.
  void remove_above(Inode directory);
  // The index was made anew: forgets the directories above removed snapshots, whose inodes changed.
  void forget_above();

  // The first directory above a snapshot that was removed in the last grace period, for which `is_wanted`
  // returns true. `is_wanted` takes no lock.
  std::optional<Hold::Ancestor> ancestor(const std::function<bool(const Hold::Ancestor&)>& is_wanted) const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Leaving {
    Removal removal;
    std::set<std::string> names;  // removed
  };
  struct Left {
    Hold::Ancestor directory;
    Clock::time_point since;
  };

  const std::chrono::seconds grace_;
  std::atomic<bool> is_empty_ = true;  // nothing was ever removed: no lock is needed

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::map<Inode, Leaving> leaving_;
  std::set<Inode> gone_;    // snapshots; no inode is ever used again
  std::vector<Left> left_;  // at least those of the last grace period
};

}  // namespace checkpointfs::fs
