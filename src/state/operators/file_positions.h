// SPDX-License-Identifier: Apache-2.0
// State of FileSource (flink-connector-files).
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_cursor.h"
#include "state/operators/positions.h"

namespace checkpointfs::state {

// FileSourceSplitSerializer, version 1, and PendingSplitsCheckpointSerializer, version 1. They mark the
// cursor as wrong if the bytes or the version do not fit.
Position file_split(base::ByteCursor& in, int32_t version);
std::vector<Position> pending_file_splits(base::ByteCursor& in, int32_t version);

}  // namespace checkpointfs::state
