// SPDX-License-Identifier: Apache-2.0
// The answers of `state` and `positions`, and what other commands ask of them; all that a build without
// RocksDB and Snappy has of this folder.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments/command.h"
#include "cli/arguments/exit_code.h"
#include "cli/state/inventory_rows.h"
#include "cli/state/position_rows.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// Print to standard output what the command line asks for. Throw if nothing can be read; without RocksDB and
// Snappy, always, and say what is missing.
ExitCode answer_state(const Invocation& invocation);
ExitCode answer_positions(const Invocation& invocation);

// The states as their handles describe them; no entry is read, nor is a table of RocksDB opened. Empty
// without RocksDB and Snappy, if there are more than a few hundred handles, or if nothing can be read.
std::vector<InventoryRow> described_states(index::Reader& reader, const index::Snapshot& snapshot);
// Likewise.
std::vector<PositionRow> known_positions(index::Reader& reader, const index::Snapshot& snapshot);

// The states of a snapshot as their handles describe them, and the positions of its sources.
struct SnapshotState {
  std::vector<InventoryRow> states;
  std::vector<PositionRow> positions;
  std::string unread;  // the reason why something is missing, for people; "" if nothing is
};
// Reads both under the limits of described_states(); never throws for what the snapshot holds.
SnapshotState state_in_passing(index::Reader& reader, const index::Snapshot& snapshot);

}  // namespace checkpointfs::cli
