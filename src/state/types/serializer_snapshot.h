// SPDX-License-Identifier: Apache-2.0
// Reads serializer snapshots (TypeSerializerSnapshot.writeVersionedSnapshot, TypeSerializerSnapshotSerializationUtil).
#pragma once

#include <cstdint>

#include "state/bytes/input.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// What the metadata around a snapshot tells about its writer. Kryo 2.24 (Flink 1.x) and Kryo 5.6 (2.x) have
// the same snapshot class and version.
enum class Writer : uint8_t { kFlink1, kFlink2 };

// SNAP: UTF snapshot class | i32 snapshot version | body. A class that is not known gives an opaque type if its
// end can be found, else an error at the offset of the class name: the caller may then search for what follows.
TypePtr read_type(Input& in, Writer writer);
// PSNAP: i32 2 | SNAP.
TypePtr read_persisted_type(Input& in, Writer writer);

}  // namespace checkpointfs::state
