// SPDX-License-Identifier: Apache-2.0
// Values made of values of other types: tuples, rows, POJOs, and alternatives.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// Tuples are arrays; rows {"$kind":"+I","fields":[...]}, arrays if their serializer knows no kinds.
void read_tuple(ValueReader& reader, const Type& type);
void read_row(ValueReader& reader, const Type& type);
// An object of the fields, in the order of the snapshot. A subclass has "$class" first, or
// {"$class":...,"$value":...} if its serializer is none of POJOs.
void read_pojo(ValueReader& reader, const Type& type);
// {"left":...} or {"right":...}.
void read_either(ValueReader& reader, const Type& type);
// {"success":...} or {"failure":...}.
void read_try(ValueReader& reader, const Type& type);
// {"one":...} or {"two":...}.
void read_tagged_union(ValueReader& reader, const Type& type);
// The value or null.
void read_option(ValueReader& reader, const Type& type);
void read_nullable(ValueReader& reader, const Type& type);

// "+I", "-U", "+U", "-D"; REQUIRES: `kind` is below 4.
std::string_view row_kind_name(uint32_t kind);

}  // namespace checkpointfs::state
