// SPDX-License-Identifier: Apache-2.0
// The order in which people count: chk-9 before chk-10.
#pragma once

#include <string_view>

namespace checkpointfs::cli {

// Whether `a` comes before `b`, runs of digits being compared as numbers. A strict order of all strings.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace checkpointfs::cli
