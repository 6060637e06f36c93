// SPDX-License-Identifier: Apache-2.0
// Snapshots of classes that are not known: they have no length.
#pragma once

#include <string_view>

#include "state/types/snapshot_body.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// Returns an opaque type, and moves behind the snapshot, if it is a composite, or if it has the versions of
// SimpleTypeSerializerSnapshot (no body) or GenericTypeSerializerSnapshot (a class) and something that may
// follow a snapshot comes next. Else fails at the class's name.
TypePtr read_unknown(SnapshotBody& body);

// True if `ahead`, the bytes behind a snapshot, is something that Flink writes there: nothing, another
// snapshot, the next serializer of a state, or the next state.
bool may_follow_snapshot(std::string_view ahead);

}  // namespace checkpointfs::state
