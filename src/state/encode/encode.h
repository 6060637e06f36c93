// SPDX-License-Identifier: Apache-2.0
// Makes the bytes of values out of their JSON, for those who look for a key.
//
// value_from_json() is the inverse of append_json() (values.h), for the types that keys have: numbers,
// strings, times, enums, windows, tuples, rows, POJOs, collections, Avro, RowData. value_writer.h collects
// the bytes; the other modules have the functions for each kind of type.
#pragma once

#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// The bytes of the value that `json` describes, as append_json() would have printed it. Fields of a POJO or
// row may have any order; absent ones are null; a row without "$kind" is +I. The error says what `type`
// expects, and where in the JSON.
base::Result<std::string> value_from_json(std::string_view json, const Type& type);

}  // namespace checkpointfs::state
