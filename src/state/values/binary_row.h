// SPDX-License-Identifier: Apache-2.0
// JSON of BinaryRowData, BinaryArrayData and BinaryMapData.
#pragma once

#include <string_view>

#include "state/types/logical_type.h"
#include "state/types/type.h"
#include "state/values/binary_view.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// All REQUIRE: reader.out().writes(); the view's errors go to the reader's input.

// A value of the type kRowData. REQUIRES: type.sql.
void write_binary_row(ValueReader& reader, const BinaryView& row, const Type& type);
void write_binary_array(ValueReader& reader, const BinaryView& array, const LogicalType& element);
// The value of a MAP, or of a MULTISET, which maps to the number of times.
void write_binary_map(ValueReader& reader, const BinaryView& map, const LogicalType& type);
// "12.50", from a big-endian two's complement.
void write_decimal(ValueReader& reader, std::string_view unscaled, int32_t scale);

}  // namespace checkpointfs::state
