// SPDX-License-Identifier: Apache-2.0
// JSON whose strings hold hostile names.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::base {

// `json`, as a serializer made it of strings of any bytes, as valid UTF-8 without control characters and
// without those that reorder text: they become \uXXXX. A byte that is not UTF-8 becomes the four characters
// \xNN of the string, and a back slash that stands before such four is written as \x5c, so that the bytes can
// be told again.
std::string with_json_escapes(std::string_view json);

// The bytes of a string that was made by with_json_escapes() and then parsed: \xNN becomes the byte again.
std::string without_byte_escapes(std::string_view text);

}  // namespace checkpointfs::base
