// SPDX-License-Identifier: Apache-2.0
// Properties of any changelog, over materialised entries or none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "state/types/serializer_snapshot.h"

namespace checkpointfs::fuzz {

// u8 sets | u8 flags | sets x i32 offset | the log: a file or, if the flags say so, a list
std::string changelog_input(const std::vector<int32_t>& offsets, std::string_view log, state::Writer writer,
                            bool is_list);

// The log is refused with a reason, or replayed: over nothing, and over a heap file that has a state of each
// kind, named by its kind.
std::string check_changelog(std::string_view input);

// Descriptions of the states of that file, in their order.
std::vector<std::string> materialised_states();

}  // namespace checkpointfs::fuzz
