// SPDX-License-Identifier: Apache-2.0
// The promises for any serializer snapshot and any bytes of a value.
#pragma once

#include <string>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::fuzz {

// u8 writer | the snapshot | the value
std::string values_input(state::Writer writer, std::string_view snapshot, std::string_view value);

// The snapshot is refused with a reason and an offset inside of it; else its type has a name, and
// test::broken_promise() finds none for the value.
std::string check_values(std::string_view input);

}  // namespace checkpointfs::fuzz
