// SPDX-License-Identifier: Apache-2.0
// The keyed state of an incremental handle: a RocksDB or ForSt database.
#pragma once

#include <memory>

#include "base/input_error.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"

namespace checkpointfs::state {

// See open_keyed_part(). The database is opened when its entries are asked for. REQUIRES: `handle` is one of
// the metadata of `bytes`, with tag 5 or 11.
base::Result<std::unique_ptr<KeyedPart>> open_database_part(const SnapshotBytes& bytes,
                                                            const flink::KeyedHandle& handle);

}  // namespace checkpointfs::state
