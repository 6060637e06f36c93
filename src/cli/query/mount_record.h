// SPDX-License-Identifier: Apache-2.0
// Remembers in the state directory which directories were mount points, so that an empty one is not taken for
// storage without snapshots.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// Notes that `sources` were mounted at `mount_point` (absolute, without links). Where it cannot be written,
// nothing is noted.
void record_mount_point(const std::string& mount_point, const std::vector<std::string>& sources);

// The sources that were last mounted at this directory, or nothing.
std::optional<std::vector<std::string>> recorded_sources(const std::string& directory);

}  // namespace checkpointfs::cli
