// SPDX-License-Identifier: Apache-2.0
// Bodies of CompositeTypeSerializerSnapshot and NestedSerializersSnapshotDelegate.
#pragma once

#include <vector>

#include "state/types/snapshot_body.h"
#include "state/types/snapshot_classes.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// version 3: int 911108 | int outer version | outer snapshot | nested snapshots
// up to 2:   outer snapshot of that version | nested snapshots
TypePtr read_composite(SnapshotBody& body, const SnapshotClass& known);

// int 1333245 | int 1 | int count | count x SNAP
std::vector<TypePtr> read_nested_snapshots(SnapshotBody& body);

// Moves behind a composite of an unknown class: its outer snapshot has no length, so the nested snapshots are
// searched, up to 1 MiB far. False, without moving, if the body is no composite.
bool skip_unknown_composite(SnapshotBody& body);

}  // namespace checkpointfs::state
