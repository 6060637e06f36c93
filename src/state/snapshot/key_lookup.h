// SPDX-License-Identifier: Apache-2.0
// Finds the entries of one key.
#pragma once

#include <string_view>

#include "state/snapshot/keyed_rows.h"
#include "state/snapshot/operator_rows.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"
#include "state/snapshot/state_rows.h"

namespace checkpointfs::state {

// Writes the entries of keyed state that belong to the key that `json` describes, in the form that a line
// has: all its namespaces, map keys and timers. If Flink's hash of the key is known, looks into one key group
// only; else RocksDB is asked for the key in each key group, and other backends are read whole. Throws
// base::Failure(kUsage) if the JSON does not fit the type of keys.
RowsReport write_rows_of_key(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string_view state,
                             std::string_view json, const RowStyle& style, const LineSink& sink);

}  // namespace checkpointfs::state
