// SPDX-License-Identifier: Apache-2.0
// Fields that the formats of several connectors have.
#pragma once

#include <cstdint>
#include <string>

#include "base/byte_cursor.h"
#include "state/operators/positions.h"

namespace checkpointfs::state {

// A reader of a format marks the cursor as wrong where the bytes do not fit; its result then means nothing.

// UTF of DataOutput, as UTF-8.
std::string utf8_field(base::ByteCursor& in, const char* field);
// One byte, 0 or 1.
bool flag_field(base::ByteCursor& in, const char* field);
// Kafka's AssignmentStatus, Kinesis's SplitAssignmentStatus: int 0 assigned, 1 not yet.
PositionPlace status_field(base::ByteCursor& in);
// Marks the cursor as wrong unless `fits`.
void require(base::ByteCursor& in, bool fits, const char* field);

// Reads a split that fills the rest of the cursor's input.
using SplitReader = Position (*)(base::ByteCursor& in, int32_t version);

// i32 length | split
Position framed_split(base::ByteCursor& in, int32_t version, SplitReader read);

}  // namespace checkpointfs::state
