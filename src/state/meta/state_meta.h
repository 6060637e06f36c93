// SPDX-License-Identifier: Apache-2.0
// The description of the states in one handle (StateMetaInfoSnapshot and the serialization proxies).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "state/types/serializer_snapshot.h"
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
  // Which of these are there depends on the kind: keyed states have a namespace, timers only a value (a
  // TimerSerializer), broadcast states a user key (their key).
  TypePtr name_space;
  TypePtr user_key;  // of the entries of a map
  TypePtr value;     // kList: the element; kMap: the user value; TTL is around just that
};

// KeyedBackendSerializationProxy. The state's id is its position.
struct KeyedProxy {
  bool compressed = false;
  TypePtr key;
  std::vector<StateMeta> states;
};

// OperatorBackendSerializationProxy.
struct OperatorProxy {
  bool compressed = false;
  std::vector<StateMeta> states;     // list states: split, union and broadcast lists
  std::vector<StateMeta> broadcast;  // broadcast maps
};

// A state whose serializer is unknown and has no end that can be found is read by resynchronisation: its types
// are opaque, and the states behind it stay readable. The input stands behind the proxy then.
base::Result<KeyedProxy> read_keyed_proxy(Input& in, Writer writer);
base::Result<OperatorProxy> read_operator_proxy(Input& in, Writer writer);

}  // namespace checkpointfs::state
