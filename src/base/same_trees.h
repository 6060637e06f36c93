// SPDX-License-Identifier: Apache-2.0
// Sources that are one directory, or lie in each other, under several names: bind mounts.
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::base {

// Throws Failure(kSource) if two of the `sources` (real paths) show some directory both.
void refuse_same_trees(const std::vector<std::string>& sources);

}  // namespace checkpointfs::base
