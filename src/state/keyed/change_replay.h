// SPDX-License-Identifier: Apache-2.0
// Replays the changes of one key group and one state over its materialised entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/input.h"
#include "state/keyed/changed_entries.h"
#include "state/keyed/composite_key.h"
#include "state/keyed/group_entries.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// StateChangeOperation.
enum class ChangeOperation : uint8_t {
  kClear = 0,
  kSet = 1,
  kSetInternal = 2,
  kAdd = 3,
  kMergeNamespaces = 4,
  kAddElement = 5,
  kAddOrUpdateElement = 6,
  kRemoveElement = 7,
};

class ChangeReplay {
 public:
  // `key`: null if the type of keys is not known. REQUIRES: all outlive it; `base` is sorted.
  ChangeReplay(const Type* key, const StateMeta& meta, GroupEntries& base, ChangedEntries::Base completeness);

  // `payload`: what stands behind the operation and the state's number. An error if it does not fit the
  // state.
  std::optional<base::InputError> apply(uint8_t operation, std::string_view payload);
  // A change that could not be replayed, so that all entries of the key group are in doubt.
  void give_up(std::string reason);
  // The reason of the first such change; empty: all changes were replayed.
  const std::string& given_up() const { return given_up_; }

  // The entries in order, `group` in each. REQUIRES: no apply() follows.
  std::optional<KeyedEntry> next(int32_t group);

 private:
  // Writes what HeapValues finds into the entries.
  class Sink;

  void change_timers(Input& in, ChangeOperation operation);
  void change_state(Input& in, ChangeOperation operation);
  void change_value(Input& in, ChangeOperation operation, std::string_view rest);
  void change_list(Input& in, ChangeOperation operation, std::string_view rest);
  void change_map(Input& in, ChangeOperation operation);
  void merge(Input& in, std::string_view target);
  void merge_entry(std::string_view target, std::string_view source);
  std::optional<std::string> read_namespace(Input& in);
  bool skip(Input& in, const Type& type);
  std::string_view left(Input& in);

  const Type* key_;
  const StateMeta& meta_;
  ChangedEntries entries_;
  KeyForm form_ = KeyForm::kPlain;
  std::string_view payload_;  // of the change at hand
  bool readable_ = true;      // of the change at hand
  std::string given_up_;
};

}  // namespace checkpointfs::state
