// SPDX-License-Identifier: Apache-2.0
// Bytes of values without parts: numbers, strings, enums, windows, times.
#pragma once

#include "state/encode/value_writer.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// False if values of this kind have parts, or cannot be encoded.
bool encode_basic(ValueWriter& writer, const JsonValue& json, const Type& type);

}  // namespace checkpointfs::state
