// SPDX-License-Identifier: Apache-2.0
// The Java serialisation stream that ends metadata from version 4 on: a CheckpointProperties object or null.
#pragma once

#include "base/byte_cursor.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

// Walks the stream's grammar to the end of its one object, which nothing but that can find, and tells from
// the class of the field `checkpointType` what kind of snapshot it is. Nothing is instantiated or resolved.
// On anything that is not such a stream, `in` fails.
SnapshotKind read_java_tail(base::ByteCursor& in);

}  // namespace checkpointfs::flink
