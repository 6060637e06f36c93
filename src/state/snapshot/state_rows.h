// SPDX-License-Identifier: Apache-2.0
// Writes the state of an operator as lines of JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "state/snapshot/keyed_part.h"
#include "state/snapshot/keyed_rows.h"
#include "state/snapshot/operator_rows.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {

// The outcome of reading a state.
struct RowsReport {
  uint64_t rows = 0;
  bool exists = false;  // the operator has a state of that name
  // Handles that are damaged or cannot be read, and entries that are hidden by values that cannot be read.
  // The other lines are complete.
  std::vector<std::string> problems;
  std::vector<std::string> hidden;
};

// Writes all entries of one state: keyed state in the order of (key group, bytes of the key), of which only
// `range`; operator state by subtask, broadcast state of the first subtask that has it. Stops when `sink`
// wants no more.
RowsReport write_state_rows(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string_view state,
                            const EntryRange& range, const RowStyle& style, const LineSink& sink);

}  // namespace checkpointfs::state
