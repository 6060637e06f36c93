// SPDX-License-Identifier: Apache-2.0
// Values without parts: numbers, enums, windows, and values of no bytes.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

void read_opaque(ValueReader& reader, const Type& type);
void read_null_value(ValueReader& reader, const Type& type);
// One byte without a meaning.
void read_void(ValueReader& reader, const Type& type);
void read_boolean(ValueReader& reader, const Type& type);
void read_byte(ValueReader& reader, const Type& type);
void read_short(ValueReader& reader, const Type& type);
void read_int(ValueReader& reader, const Type& type);
void read_long(ValueReader& reader, const Type& type);
void read_float(ValueReader& reader, const Type& type);
void read_double(ValueReader& reader, const Type& type);
void read_big_integer(ValueReader& reader, const Type& type);
void read_big_decimal(ValueReader& reader, const Type& type);
void read_enum(ValueReader& reader, const Type& type);
void read_scala_enum(ValueReader& reader, const Type& type);
void read_time_window(ValueReader& reader, const Type& type);
void read_global_window(ValueReader& reader, const Type& type);
void read_count_window(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
