// SPDX-License-Identifier: Apache-2.0
// Bytes of values that are made of values of other types.
#pragma once

#include "state/encode/value_writer.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// False if the type is another one.
bool encode_parts(ValueWriter& writer, const JsonValue& json, const Type& type);

}  // namespace checkpointfs::state
