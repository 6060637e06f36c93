// SPDX-License-Identifier: Apache-2.0
// Key groups of full snapshots of RocksDB, and of canonical savepoints (FullSnapshotAsyncWriter).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/input.h"
#include "state/keyed/group_by_group.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/proxies.h"

namespace checkpointfs::state {

// The pairs of one key group, of all states. Keys and values have lengths, so nothing needs to be decoded:
//
//   u16 state | n x (i32 length, key | i32 length, value) | u16 next state or 0xFFFF
//
// The top bit of a key's first byte marks the last pair of a state.
class FullGroup {
 public:
  // The keys and values of states other than `wanted` are skipped. REQUIRES: file and proxy outlive it.
  FullGroup(const KeyGroupFile& file, const GroupExtent& extent, int32_t group, const KeyedProxy& proxy,
            size_t prefix_length, std::optional<size_t> wanted);

  // Moves to the next pair. False: the end, or an error.
  bool next();
  // The position of the pair's state in the proxy, and the lengths without the bytes of the key group.
  size_t state() const { return state_; }
  uint64_t key_length() const { return key_length_; }
  uint64_t value_length() const { return value_length_; }
  // Views until the next call of next(). Empty if the state is not wanted.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  const std::optional<base::InputError>& error() const { return error_; }

 private:
  Input& in() { return stored_.in(); }
  bool next_state();
  void read_key();
  void read_value();

  StoredInput stored_;
  int32_t group_;
  size_t states_;
  size_t prefix_length_;
  std::optional<size_t> wanted_;
  bool last_of_state_ = true;
  size_t state_ = 0;
  std::string key_;
  uint64_t key_length_ = 0;
  std::string_view value_;
  uint64_t value_length_ = 0;
  std::optional<base::InputError> error_;
};

// The entries of one state. `prefix_length`: see key_group_prefix_length(); `budget`: bytes of memory for
// entries of one key group.
std::unique_ptr<KeyedEntries> full_entries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy,
                                           size_t state, size_t prefix_length,
                                           uint64_t budget = kGroupBudget);

}  // namespace checkpointfs::state
