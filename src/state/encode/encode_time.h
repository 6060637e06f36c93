// SPDX-License-Identifier: Apache-2.0
// Bytes of dates and times.
#pragma once

#include <cstdint>
#include <optional>

#include "state/encode/value_writer.h"
#include "state/json/time_text.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// False if the type is another one.
bool encode_time(ValueWriter& writer, const JsonValue& json, const Type& type);

// "2024-01-31T12:34:56Z"; nothing if the JSON is something else.
std::optional<Moment> instant_from(const JsonValue& json);
// The same without "Z"; a date; a time as nanoseconds of the day.
std::optional<Moment> local_moment_from(const JsonValue& json);
std::optional<Date> local_date_from(const JsonValue& json);
std::optional<int64_t> local_time_from(const JsonValue& json);
// Floored; nothing if they exceed 64 bits.
std::optional<int64_t> millis_of(const Moment& moment);

}  // namespace checkpointfs::state
