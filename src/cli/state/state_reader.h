// SPDX-License-Identifier: Apache-2.0
// Reads the inventory and the positions of a snapshot in a process of its own, see read_in_process().
#pragma once

#include "cli/state/inventory_rows.h"
#include "cli/state/opened_snapshot.h"
#include "cli/state/position_rows.h"
#include "state/snapshot/keyed_part.h"

namespace checkpointfs::cli {

// Reads the descriptions of all states, and counts as `effort` says.
InventoryRows read_inventory(const OpenedSnapshot& snapshot, state::Effort effort);

// Splits that an enumerator has given to a reader are left out if the reader has them.
PositionRows read_positions(const OpenedSnapshot& snapshot);

}  // namespace checkpointfs::cli
