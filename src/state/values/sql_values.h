// SPDX-License-Identifier: Apache-2.0
// Values of Flink's SQL: rows and the parts of rows that stand alone.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// {"$kind":"+I","id":1,...}; nested rows have a kind only if it is not +I. Rows whose fields have no known
// types can be skipped.
void read_row_data(ValueReader& reader, const Type& type);
// A number in quotation marks.
void read_decimal_data(ValueReader& reader, const Type& type);
void read_array_data(ValueReader& reader, const Type& type);
void read_map_data(ValueReader& reader, const Type& type);
// The value inside; its bytes as hex if they cannot be read.
void read_raw_value_data(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
