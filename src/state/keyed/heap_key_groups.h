// SPDX-License-Identifier: Apache-2.0
// Key groups of the heap backend: its checkpoints, and its savepoints in native form (HeapSnapshotStrategy).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/input_error.h"
#include "state/bytes/input.h"
#include "state/bytes/snappy_frames.h"
#include "state/keyed/group_by_group.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/proxies.h"

namespace checkpointfs::state {

// The states of one key group, in any order:
//
//   i32 key group | for each state of the proxy: i16 state | i32 n x entry
//
// Each state is a stream of Snappy frames of its own if the file is compressed. Then a state can be skipped
// whose entries cannot be read.
class HeapGroup {
 public:
  // REQUIRES: file and proxy outlive it.
  HeapGroup(const KeyGroupFile& file, const GroupExtent& extent, int32_t group, const KeyedProxy& proxy);

  // Moves to the next state. False: all states were there, or an error. REQUIRES: the entries of the state at
  // hand were read, unless the file is compressed.
  bool next();
  size_t state() const { return state_; }  // position in the proxy
  uint32_t entries() const { return entries_; }
  Input& in() { return plain_ ? *plain_ : stored_.in(); }
  const std::optional<base::InputError>& error() const { return error_; }

 private:
  bool next_stream();

  StoredInput stored_;
  std::optional<SnappyFrames> frames_;
  std::optional<Input> plain_;  // the state at hand, if compressed
  bool compressed_;
  bool cut_at_next_group_;
  size_t states_;
  size_t read_ = 0;  // states
  size_t state_ = 0;
  uint32_t entries_ = 0;
  std::optional<base::InputError> error_;
};

// The entries of one state. `budget`: bytes of memory for those of one key group.
std::unique_ptr<KeyedEntries> heap_entries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy,
                                           size_t state, uint64_t budget = kGroupBudget);

}  // namespace checkpointfs::state
