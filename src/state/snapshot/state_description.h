// SPDX-License-Identifier: Apache-2.0
// The types of one state of an operator.
#pragma once

#include <optional>
#include <string_view>

#include "state/meta/state_meta.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"
#include "state/types/type.h"

namespace checkpointfs::state {

struct StateDescription {
  TypePtr key;
  StateMeta meta;
};

// Describes a keyed state as the first handle does that has it and can be read. Nothing: there is no such
// state.
std::optional<StateDescription> describe_state(const SnapshotBytes& bytes, const OperatorLayout& layout,
                                               std::string_view state);

}  // namespace checkpointfs::state
