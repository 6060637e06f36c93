// SPDX-License-Identifier: Apache-2.0
// The list of states at the beginning of each handle of managed state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/bytes/state_bytes.h"
#include "state/meta/state_meta.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {

// KeyedBackendSerializationProxy. The state's id is its position.
struct KeyedProxy {
  bool compressed = false;  // the key groups are streams of Snappy frames
  TypePtr key;
  std::vector<StateMeta> states;
  // The first byte behind the proxy. Nothing if an unreadable serializer stands last.
  std::optional<uint64_t> end;
};

// OperatorBackendSerializationProxy.
struct OperatorProxy {
  bool compressed = false;
  std::vector<StateMeta> states;     // list states: split, union and broadcast lists
  std::vector<StateMeta> broadcast;  // broadcast maps
  std::optional<uint64_t> end;       // as KeyedProxy's
};

// A serializer that cannot be read gives an opaque type; what stands behind it stays readable. Versions that
// no Flink from 1.8 on writes are refused.
base::Result<KeyedProxy> read_keyed_proxy(std::string_view bytes, Writer writer);
base::Result<OperatorProxy> read_operator_proxy(std::string_view bytes, Writer writer);

// Reads the proxy at the beginning of a handle. `limit`: no byte from there on belongs to the proxy; the
// smallest offset of the handle or, without one, its size.
base::Result<KeyedProxy> read_keyed_proxy(const StateBytes& bytes, uint64_t limit, Writer writer);
base::Result<OperatorProxy> read_operator_proxy(const StateBytes& bytes, uint64_t limit, Writer writer);

}  // namespace checkpointfs::state
