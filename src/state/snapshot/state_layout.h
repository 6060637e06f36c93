// SPDX-License-Identifier: Apache-2.0
// The handles of each operator, as the metadata has them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "flink/metadata.h"
#include "state/keyed/keyed_entries.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {

// A keyed handle of a subtask. Those nested in a changelog handle have no place of their own.
struct KeyedPlace {
  uint32_t handle = 0;  // into Metadata::keyed
  int32_t subtask = 0;
  KeyGroups groups;
};

struct OperatorLayout {
  uint32_t operator_index = 0;          // into Metadata::operators
  std::vector<KeyedPlace> keyed;        // in the order of their key groups
  std::vector<KeyedPlace> raw_keyed;    // likewise
  std::vector<uint32_t> managed;        // operator state, into Metadata::operator_states, by subtask
  std::vector<uint32_t> raw;            // likewise
  std::optional<uint32_t> coordinator;  // into Metadata::inlines
};

// One layout for each operator, in the order of Metadata::operators.
std::vector<OperatorLayout> state_layout(const flink::Metadata& metadata);

// The version of the metadata tells the writer: Flink 2.0 and later write version 5 and later.
Writer writer_of(const flink::Metadata& metadata);

}  // namespace checkpointfs::state
