// SPDX-License-Identifier: Apache-2.0
// Bodies of PojoSerializerSnapshot and KryoSerializerSnapshot, whose parts have lengths (LinkedOptionalMap).
#pragma once

#include "state/types/snapshot_body.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// UTF class | map of fields | map of registered subclasses | map of other subclasses, all to SNAP
TypePtr read_pojo(SnapshotBody& body);

// UTF class | map of registrations | map of default serializers | map of classes of default serializers
TypePtr read_kryo(SnapshotBody& body);

}  // namespace checkpointfs::state
