// SPDX-License-Identifier: Apache-2.0
// "Did you mean ...?"
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::cli {

// The nearest of `words` to `typed`, or "" if none is near: at most two letters changed, added or left out.
std::string suggestion(const std::string& typed, const std::vector<std::string>& words);

}  // namespace checkpointfs::cli
