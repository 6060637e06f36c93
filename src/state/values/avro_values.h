// SPDX-License-Identifier: Apache-2.0
// Values of AvroSerializer: the encoding of Flink's DataOutputEncoder, which is not Avro's own. Numbers have
// their full width and are big-endian; counts of blocks alone are varints.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// Records are objects, a union is the value of its branch, bytes are "0x...".
void read_avro(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
