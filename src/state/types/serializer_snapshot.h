// SPDX-License-Identifier: Apache-2.0
// Reads serializer snapshots (TypeSerializerSnapshot.writeVersionedSnapshot,
// TypeSerializerSnapshotSerializationUtil).
#pragma once

#include "state/bytes/input.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// SNAP: UTF snapshot class | i32 snapshot version | body. A class that is not known gives an opaque type if
// its end can be found, else an error at the offset of the class name: the caller may then search for what
// follows.
TypePtr read_type(Input& in, Writer writer);
// PSNAP: i32 2 | SNAP.
TypePtr read_persisted_type(Input& in, Writer writer);

}  // namespace checkpointfs::state
