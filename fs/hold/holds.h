// SPDX-License-Identifier: Apache-2.0
// The snapshots that are held (-o pin-on-open), and what the mount answers because of them.
#pragma once

#include <chrono>
#include <cstdint>
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
#include "fs/projection/cache_invalidator.h"
#include "fs/projection/current_projection.h"
#include "fs/status/control.h"

namespace checkpointfs::fs {

// What the kernel has been told holds until it is told otherwise, so it need never ask twice, where nothing
// is held.
inline constexpr double kForever = 1e9;  // seconds

// Thread-safe. What is asked for is as the Projection of the same names has it, but a held snapshot and all
// that leads to it are as they were when it was taken.
class Holds {
 public:
  using Clock = std::chrono::steady_clock;

  // `grace`: how long a snapshot is held after its last use; nothing: none ever is. REQUIRES: `shown`
  // outlives it. `descriptors`: how many it may have open.
  Holds(const CurrentProjection& shown, std::optional<std::chrono::seconds> grace, size_t descriptors);

  bool enabled() const { return grace_.has_value(); }
  // How long the kernel may believe a name or attributes without asking, seconds: to be told who uses what.
  double cache_timeout() const;
  // Of a name that is not there.
  double missing_cache_timeout() const { return enabled() ? 0 : cache_timeout(); }

  std::optional<Entry> lookup(Projection& now, Inode parent, std::string_view name);
  std::optional<Entry> entry(Projection& now, Inode inode);
  void list(Projection& now, Inode directory, uint64_t after, const TakeEntry& take);
  // A file that no held snapshot in use shows has those taken that show it, as far as that can be done.
  // Throws LostSnapshot if it is a `_metadata` and its snapshot cannot be taken.
  std::unique_ptr<OpenFile> open(Projection& now, Inode inode);

  // The directory is opened: if it is a snapshot, it is held from now on. Throws LostSnapshot.
  void enter(Inode directory);
  // REQUIRES: it was entered once more than left.
  void leave(Inode directory);
  // Somebody is inside without having opened it.
  void note_inside(const std::string& path);
  void close(const OpenFile& file);
  // Whether the snapshot is held.
  bool has(Inode snapshot) const;
  // Lets go of it at once, whoever uses it: what is open stays open. The directories above it are there for
  // the grace period, as whoever removed it may be about to remove them.
  void drop(Inode snapshot);
  // It was removed: it is no more there because of what was below it.
  void drop_above(Inode directory);

  // What the kernel was not told while the snapshot was held.
  struct Released {
    Inode parent = 0;
    std::string name;
    std::vector<Inode> contents;
  };
  // Lets go of what nobody has used for the grace period, or has open, or is inside of (`inside`: paths in
  // the projection). Returns those of which the mount now shows something else.
  std::vector<Released> release_expired(const std::set<std::string>& inside);
  // Of all: the index was made anew, and no inode is what it was.
  void let_all_go();

  // Whether the kernel must go on believing this; it is told later.
  bool keeps_name(Inode directory, const std::string& name);
  bool keeps_content(Inode inode);

  HoldsStatus status() const;

 private:
  using HoldPointer = std::shared_ptr<const Hold>;
  struct Held {
    HoldPointer hold;
    Clock::time_point since;
    Clock::time_point used;
    bool is_outdated = false;  // the mount would show something else
    std::set<Inode> contents;  // of which the kernel was not told
  };
  using GenerationCache = std::list<Held>;
  // A directory that was above a snapshot that was dropped.
  struct Left {
    Hold::Ancestor directory;
    Clock::time_point since;
  };

  // Null if the snapshot is not held. A use.
  HoldPointer use(Inode snapshot);
  // Null if there is nothing to hold, or too much. Throws LostSnapshot.
  HoldPointer take(Inode directory);
  HoldPointer add(HoldPointer hold, uint64_t epoch, const Projection& from);
  void note_refusal(Inode directory, const std::string& why);
  bool is_refused(Inode directory) const;
  void note_lost(Inode snapshot);
  bool was_lost(Inode snapshot) const;
  // Those in use that show the file.
  std::vector<HoldPointer> users_of(Inode file) const;
  HoldPointer any_with(Inode file) const;
  std::optional<Entry> entry_above(Inode ancestor) const;
  // What is there although nothing below it need be: take(directory) returns whether to stop. REQUIRES: the
  // mutex is held.
  template <typename Take>
  void each_above(const Take& take) const;
  // The held snapshot, or the directory above one, that is or was at `name` in `parent`.
  std::optional<Entry> by_path(Projection& now, Inode parent, std::string_view name, bool snapshots_only);
  // Whether it is the last component of a held path.
  bool is_name_held(std::string_view name) const;
  // REQUIRES: the mutex is held.
  void touch(GenerationCache::iterator held);

  const CurrentProjection& shown_;
  const std::optional<std::chrono::seconds> grace_;
  HeldDescriptors descriptors_;

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  GenerationCache recent_;    // last used first
  std::unordered_map<Inode, GenerationCache::iterator> by_snapshot_;
  std::vector<Left> left_;                             // in the last grace period
  std::unordered_map<Inode, unsigned> entered_;        // how often each directory is open
  std::set<Inode> refused_;                            // they have too many files
  std::unordered_map<Inode, Clock::time_point> lost_;  // in the last grace period
  uint64_t epoch_ = 0;                                 // of the index
};

// Tells the kernel what it may be told.
class HoldingListener : public CacheInvalidator {
 public:
  // REQUIRES: both outlive it.
  HoldingListener(Holds& holds, CacheInvalidator& kernel) : holds_(holds), kernel_(kernel) {}

  void forget_name(Inode directory, const std::string& name) override {
    if (!holds_.keeps_name(directory, name)) kernel_.forget_name(directory, name);
  }
  void forget_attributes(Inode inode) override { kernel_.forget_attributes(inode); }
  void forget_content(Inode inode) override {
    if (!holds_.keeps_content(inode)) kernel_.forget_content(inode);
  }
  void renumbered() override { holds_.let_all_go(); }

 private:
  Holds& holds_;
  CacheInvalidator& kernel_;
};

}  // namespace checkpointfs::fs
