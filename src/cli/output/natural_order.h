// SPDX-License-Identifier: Apache-2.0
// Natural order of names: chk-9 before chk-10.
#pragma once

#include <string_view>

namespace checkpointfs::cli {

// True if `a` comes before `b`; words of digits compare as numbers. A strict weak order of all strings.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace checkpointfs::cli
