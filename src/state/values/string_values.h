// SPDX-License-Identifier: Apache-2.0
// Values of characters: a length, then UTF-16 units, each as a number of 7 bits a byte, low bits first
// (StringValue.writeString()).
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// A length + 1, 0 for null; with and without a type, which it needs not.
void read_string(ValueReader& reader, const Type& type);
void read_string(ValueReader& reader);
// The class StringValue: the length.
void read_string_value(ValueReader& reader, const Type& type);
void read_char(ValueReader& reader, const Type& type);
// char[]: a count, and units of two bytes. One string.
void read_char_array(ValueReader& reader);
// A count, then UTF-8.
void read_utf8(ValueReader& reader);
void read_string_data(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
