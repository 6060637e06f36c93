// SPDX-License-Identifier: Apache-2.0
// Bytes of values of SQL: BinaryRowData, BinaryArrayData and BinaryMapData, as their writers lay them out.
#pragma once

#include "state/encode/value_writer.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// False if the type is another one.
bool encode_sql(ValueWriter& writer, const JsonValue& json, const Type& type);

}  // namespace checkpointfs::state
