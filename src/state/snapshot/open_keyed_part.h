// SPDX-License-Identifier: Apache-2.0
// Opens the keyed state of any handle.
#pragma once

#include <memory>

#include "base/input_error.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {

// Reads the descriptions of the states, unless the part is open already. Null: the handle has no state. An
// error if it is damaged, or of a kind that has no known form, as raw keyed state other than timers. Throws
// base::SystemError if a file cannot be read. REQUIRES: `bytes` outlives the part.
base::Result<std::shared_ptr<KeyedPart>> open_keyed_part(const SnapshotBytes& bytes, const KeyedPlace& place);

}  // namespace checkpointfs::state
