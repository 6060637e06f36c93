// SPDX-License-Identifier: Apache-2.0
// Arrays, lists, sets and maps.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// byte[] is "0x...", char[] a string, all others are arrays of numbers.
void read_primitive_array(ValueReader& reader, const Type& type);
void read_string_array(ValueReader& reader, const Type& type);
// Each element after a boolean "is present": arrays of objects, and Scala's collections.
void read_present_elements(ValueReader& reader, const Type& type);
void read_list(ValueReader& reader, const Type& type);
// Each element after a boolean "is null".
void read_set(ValueReader& reader, const Type& type);
void read_map(ValueReader& reader, const Type& type);
void read_null_aware_map(ValueReader& reader, const Type& type);
void read_linked_list(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
