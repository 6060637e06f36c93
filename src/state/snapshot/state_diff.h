// SPDX-License-Identifier: Apache-2.0
// The differences between one state of an operator in two snapshots.
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

// The operator in one of the snapshots.
struct DiffSide {
  const SnapshotBytes& bytes;
  const OperatorLayout& layout;
};

struct DiffReport {
  uint64_t added = 0;
  uint64_t removed = 0;
  uint64_t changed = 0;
  bool exists = false;  // the state is there in one snapshot at least
  // Entries that cannot be read in one of the snapshots. No line is written for their key groups.
  std::vector<std::string> hidden;
};

// Compares keyed state entry by entry, in the order of (key group, bytes of the key), by the bytes of values:
//
//   {"diff":"changed","operator":"orders","state":"counts","key_group":12,"key":"user-17","value":3,"old_value":2}
//
// "added" and "removed" lines have the entry, "changed" ones the entry of the later snapshot, and the values
// of the earlier one as "old_value" and "old_ttl_ms". Elements of operator state have no keys: they are added
// or removed, in whatever subtask. `range`: of keyed state. Throws base::Failure(kRefused) if the snapshots
// cannot be compared, as their numbers of key groups or the types of their keys differ; Failure(kInput) if a
// handle cannot be read whole.
DiffReport write_state_diff(const DiffSide& earlier, const DiffSide& later, std::string_view state,
                            const EntryRange& range, const RowStyle& style, const LineSink& sink);

}  // namespace checkpointfs::state
