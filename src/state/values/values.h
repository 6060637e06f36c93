// SPDX-License-Identifier: Apache-2.0
// Reads values of any type: skips them, or writes them as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "state/bytes/input.h"
#include "state/types/type.h"

namespace checkpointfs::state {

enum class Outcome : uint8_t {
  kRead,
  kOpaque,  // the type, or the class of this value, cannot be read: the input stands somewhere inside the value
  kDamaged,  // the input has an error
};

// Moves behind one value.
Outcome skip_value(Input& in, const Type& type);

struct JsonStyle {
  bool int64_as_string = false;  // --int64=string
};

// Appends one value as JSON, see checkpointfs-state(1). If it is not kRead, `out` may have a part of a value.
Outcome append_json(Input& in, const Type& type, const JsonStyle& style, std::string& out);

// Appends the JSON of a value that fills `bytes`. A value that cannot be read, or that does not end where the
// bytes end, becomes "0x..." of all bytes; then returns the type's name for "opaque".
std::optional<std::string> append_framed_json(std::string_view bytes, const Type& type, const JsonStyle& style,
                                              std::string& out);

// The bytes of the value that `json` describes, as append_json() would have printed it. For --key. The error
// says what `type` expects.
base::Result<std::string> value_from_json(std::string_view json, const Type& type);

}  // namespace checkpointfs::state
