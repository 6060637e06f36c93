// SPDX-License-Identifier: Apache-2.0
// The numbers of nodes that the kernel may know of each snapshot, so that it can be told to forget them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace checkpointfs::fs {

// Thread-safe.
class ShownNodes {
 public:
  struct Counts {
    uint32_t nodes = 0;  // of the tree
    uint32_t keyed = 0;  // of the list of keyed states
  };

  // From now on the kernel may know so many nodes of the snapshot.
  void note(int64_t snapshot, Counts counts) {
    const std::lock_guard lock(mutex_);
    Counts& known = counts_[snapshot];
    known.nodes = std::max(known.nodes, counts.nodes);
    known.keyed = std::max(known.keyed, counts.keyed);
  }
  // Forgets what was noted of the snapshot.
  Counts take(int64_t snapshot) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(snapshot);
    if (found == counts_.end()) return {};
    const Counts counts = found->second;
    counts_.erase(found);
    return counts;
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::map<int64_t, Counts> counts_;
};

}  // namespace checkpointfs::fs
