// SPDX-License-Identifier: Apache-2.0
// Takes snapshots into the table of holds, and remembers those that could not be taken.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "fs/hold/held_descriptors.h"
#include "fs/hold/hold_table.h"
#include "fs/projection/current_projection.h"

namespace checkpointfs::fs {

// Thread-safe.
class HoldTaker {
 public:
  // `descriptors`: how many all holds together may have open. REQUIRES: the references outlive it.
  HoldTaker(const CurrentProjection& shown, HoldTable& holds, size_t descriptors)
      : shown_(shown), holds_(holds), descriptors_(descriptors) {}

  // Holds the snapshot at `directory`, and counts as a use. Null if the directory is no snapshot, or if the
  // snapshot has too many files, which is logged once. Throws LostSnapshot.
  HoldTable::HoldPointer take(Inode directory);
  // The same for a path of the projection. Does nothing if there is no snapshot, or if it was refused before.
  void take_at(const std::string& path);
  // True if the last attempt failed because the snapshot has too many files.
  bool is_refused(Inode directory) const;

  // The index was made anew: no inode is what it was.
  void forget_failures();

  // Fills `descriptors`, `most_descriptors` and `refused` only.
  void fill(HoldsStatus& status) const;

 private:
  void note_refusal(Inode directory, const std::string& why);
  void note_lost(Inode snapshot);
  bool was_lost(Inode snapshot) const;

  const CurrentProjection& shown_;
  HoldTable& holds_;
  HeldDescriptors descriptors_;

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::set<Inode> refused_;
  std::unordered_map<Inode, HoldTable::Clock::time_point> lost_;  // at least those of the last grace period
};

}  // namespace checkpointfs::fs
