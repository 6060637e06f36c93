// SPDX-License-Identifier: Apache-2.0
// Parts of JSON that values of several encodings have.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/encode/value_writer.h"

namespace checkpointfs::state {

// All of them: nothing or false, and an error of the writer, if the JSON has another form.

// Entries of a map: an object, or an array of arrays of a key and a value.
using JsonEntry = std::pair<JsonValue, JsonValue>;
std::optional<std::vector<JsonEntry>> entries_from(ValueWriter& writer, const JsonValue& json,
                                                   std::string_view type);

// "$kind" of an object: 0 to 3; 0 without it.
std::optional<uint32_t> row_kind_from(ValueWriter& writer, const JsonValue& json, std::string_view type);

// Is true if the JSON is an object, and `is_known` is true for the names of its members.
bool expect_members(ValueWriter& writer, const JsonValue& json, std::string_view type,
                    const std::function<bool(const std::string&)>& is_known);

}  // namespace checkpointfs::state
