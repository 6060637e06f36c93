// SPDX-License-Identifier: Apache-2.0
// The entries of one keyed state of an operator, out of the handles of all its subtasks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "state/keyed/keyed_entries.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {

// In the order of (key group, bytes of the key), whatever the parallelism: two snapshots can be merged entry
// by entry. One handle is read at a time.
class StateEntries {
 public:
  // REQUIRES: `bytes` and `layout` outlive it.
  StateEntries(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string state, EntryRange range);
  ~StateEntries();
  StateEntries(const StateEntries&) = delete;
  StateEntries& operator=(const StateEntries&) = delete;

  // Views live until the next call. Nothing: the end, or a problem. After a problem, goes on with the next
  // handle.
  std::optional<KeyedEntry> next();
  // Ends the stream: damage of a handle, or a file that is missing or cannot be read. Nothing: the end.
  const std::optional<std::string>& problem() const { return problem_; }

  // The types of the entry at hand. Handles may describe the types of one state differently.
  const Type& key() const { return *part_->key(); }
  const StateMeta& meta() const { return part_->states()[state_]; }

  // True if a handle has described the state, so far.
  bool exists() const { return exists_; }
  // Key groups some of whose entries cannot be read, of those that the stream has reached; each handle with a
  // sentence of its own.
  const std::vector<std::string>& hidden() const { return hidden_; }
  bool is_hidden(int32_t group) const;

 private:
  bool open_next();
  void close();
  void keep_gaps();
  void fail(const std::string& reason);

  const SnapshotBytes& bytes_;
  const OperatorLayout& layout_;
  const std::string name_;
  const EntryRange range_;
  std::vector<KeyedPlace> places_;
  size_t first_raw_ = 0;  // those from here on are of raw keyed state
  size_t next_place_ = 0;
  std::shared_ptr<KeyedPart> part_;
  std::unique_ptr<KeyedEntries> entries_;
  size_t state_ = 0;  // in part_
  std::optional<std::string> problem_;
  std::vector<std::string> hidden_;
  std::set<int32_t> hidden_groups_;  // of the handles before the one at hand
  bool exists_ = false;
};

}  // namespace checkpointfs::state
