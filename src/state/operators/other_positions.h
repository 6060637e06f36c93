// SPDX-License-Identifier: Apache-2.0
// State of KinesisStreamsSource (flink-connector-aws) and of NumberSequenceSource (flink-core).
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_cursor.h"
#include "state/operators/positions.h"

namespace checkpointfs::state {

// KinesisShardSplitSerializer, versions 0 to 2, and KinesisStreamsSourceEnumeratorStateSerializer, versions 0
// and 1. They mark the cursor as wrong if the bytes or the version do not fit, as do the functions below.
Position kinesis_split(base::ByteCursor& in, int32_t version);
std::vector<Position> kinesis_enumerator(base::ByteCursor& in, int32_t version);

// NumberSequenceSource.SplitSerializer and its CheckpointSerializer, version 1. DataGeneratorSource has them
// too.
Position number_sequence_split(base::ByteCursor& in, int32_t version);
std::vector<Position> number_sequence_enumerator(base::ByteCursor& in, int32_t version);

}  // namespace checkpointfs::state
