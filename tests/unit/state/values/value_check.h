// SPDX-License-Identifier: Apache-2.0
// The promises for any bytes read as a value of any type.
#pragma once

#include <string>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::test {

// Reads `bytes` from memory and from a stream, skips them, and prints them framed. Returns "" if all agree,
// and JSON is what was printed; else the promise that was broken.
std::string broken_promise(std::string_view bytes, const state::Type& type);

// Encodes the JSON of a value, which must be read again as the same JSON, or cannot be encoded. Returns "" or
// what it became. REQUIRES: no fields of one name.
std::string broken_encoding(const std::string& json, const state::Type& type);

}  // namespace checkpointfs::test
