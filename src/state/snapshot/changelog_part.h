// SPDX-License-Identifier: Apache-2.0
// The keyed state of a changelog handle: materialised handles, and changes on top of them.
#pragma once

#include <memory>

#include "base/input_error.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"

namespace checkpointfs::state {

// See open_keyed_part(). REQUIRES: `handle` is one of the metadata of `bytes`, with tag 8, 9, 10, 13 or 14.
base::Result<std::unique_ptr<KeyedPart>> open_changelog_part(const SnapshotBytes& bytes,
                                                             const flink::KeyedHandle& handle);

}  // namespace checkpointfs::state
