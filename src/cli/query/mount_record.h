// SPDX-License-Identifier: Apache-2.0
// Records mount points in the state directory, so that an empty mount point is not taken for storage without
// snapshots.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// Records that `sources` were mounted at `mount_point` (absolute, without links). Ignores errors.
void record_mount_point(const std::string& mount_point, const std::vector<std::string>& sources);

// Returns the sources that were last mounted at this directory, or nothing.
std::optional<std::vector<std::string>> recorded_sources(const std::string& directory);

}  // namespace checkpointfs::cli
