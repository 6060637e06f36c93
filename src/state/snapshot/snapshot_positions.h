// SPDX-License-Identifier: Apache-2.0
// The positions of the sources of a snapshot.
#pragma once

#include <string>
#include <vector>

#include "state/operators/positions.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {

struct OperatorPositions {
  // Those of the readers by subtask, then those of the enumerator.
  std::vector<Position> positions;
  std::vector<std::string> problems;  // handles that are damaged or cannot be read
};

// Empty if the operator is no source.
OperatorPositions operator_positions(const SnapshotBytes& bytes, const OperatorLayout& layout);

}  // namespace checkpointfs::state
