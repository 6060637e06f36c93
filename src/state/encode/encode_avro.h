// SPDX-License-Identifier: Apache-2.0
// Bytes of values of Avro, in the encoding of Flink's DataOutputEncoder.
#pragma once

#include "state/encode/value_writer.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// REQUIRES: the kind kAvro. A union takes the branch that the value fits; it is an error if it fits two of
// them.
void encode_avro(ValueWriter& writer, const JsonValue& json, const Type& type);

}  // namespace checkpointfs::state
