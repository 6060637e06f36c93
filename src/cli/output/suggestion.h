// SPDX-License-Identifier: Apache-2.0
// Suggestions for "did you mean ...?".
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::cli {

// Returns the nearest of `words` to `typed`, at most two letters changed, added or left out; "" if none is
// near.
std::string suggestion(const std::string& typed, const std::vector<std::string>& words);

}  // namespace checkpointfs::cli
