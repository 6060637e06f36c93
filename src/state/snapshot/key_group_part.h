// SPDX-License-Identifier: Apache-2.0
// The keyed state of a handle with an offset for each key group: of the heap, or a full snapshot; and timers
// in raw keyed state.
#pragma once

#include <memory>

#include "base/input_error.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"

namespace checkpointfs::state {

// See open_keyed_part(). REQUIRES: `handle` is one of the metadata of `bytes`, with tag 3, 7 or 12.
base::Result<std::unique_ptr<KeyedPart>> open_key_group_part(const SnapshotBytes& bytes,
                                                             const flink::KeyedHandle& handle);

}  // namespace checkpointfs::state
