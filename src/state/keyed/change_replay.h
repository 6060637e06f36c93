// SPDX-License-Identifier: Apache-2.0
// Replays the changes of one key group and one state over its materialised entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/input.h"
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
  enum class Base : uint8_t {
    kWhole,
    kPartly,  // some entries of the key group are hidden
  };
  // `key`: null if the type of keys is not known. REQUIRES: all three outlive it; `base` is sorted.
  ChangeReplay(const Type* key, const StateMeta& meta, GroupEntries& base, Base completeness);

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
  struct Slot {
    bool present = false;
    bool pending = false;
    std::string value;
  };
  // Writes what HeapValues finds into the slots.
  class Sink;

  void change_timers(Input& in, ChangeOperation operation);
  void change_state(Input& in, ChangeOperation operation);
  void change_value(Input& in, ChangeOperation operation, const std::string& key);
  void change_list(Input& in, ChangeOperation operation, const std::string& key);
  void change_map(Input& in, ChangeOperation operation, const std::string& key);
  void merge(Input& in, const std::string& target);
  std::optional<std::string> read_namespace(Input& in);
  bool skip(Input& in, const Type& type);
  std::string_view rest(Input& in);

  Slot& slot(const std::string& key);
  void put(const std::string& key, std::string_view value);
  void append(const std::string& key, std::string_view elements);
  void erase(const std::string& key);
  void erase_map(const std::string& prefix);

  const Type* key_;
  const StateMeta& meta_;
  GroupEntries& base_;
  bool hidden_base_;
  KeyForm form_ = KeyForm::kPlain;
  std::string_view payload_;  // of the change at hand
  bool readable_ = true;      // of the change at hand
  std::string_view key_bytes_;
  std::map<std::string, Slot> slots_;
  std::set<std::string> erased_maps_;
  std::string given_up_;
  size_t next_base_ = 0;
  std::map<std::string, Slot>::const_iterator next_slot_;
  bool reading_ = false;
};

}  // namespace checkpointfs::state
