// SPDX-License-Identifier: Apache-2.0
// The description of one state: its name, its kind, its types (StateMetaInfoSnapshot).
//
// Each handle of managed state begins with a proxy, a list of such descriptions: proxies.h reads it, with
// state_meta_reader.h for each state. Serializer snapshots have no length, so an unknown one would hide what
// stands behind it; resynchronisation.h finds the next description nevertheless. The folder relies on
// types/serializer_snapshot.h for the types themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::state {

enum class StateKind : uint8_t {
  kValue,
  kList,
  kMap,
  kReducing,
  kAggregating,
  kFolding,
  kTimer,
  kOperatorList,
  kUnion,
  kBroadcast,
};

// "value", "list", ..., "operator list", "union", "broadcast".
std::string_view to_string(StateKind kind);

struct StateMeta {
  std::string name;  // UTF-8
  StateKind kind = StateKind::kValue;
  // The kind says which of these are null. A keyed state has a namespace, a map and a broadcast state have a
  // user key. A timer has a value only, its TimerSerializer.
  TypePtr name_space;
  TypePtr user_key;
  TypePtr value;  // kList: the element; kMap: the user value; TTL is around just that
};

}  // namespace checkpointfs::state
