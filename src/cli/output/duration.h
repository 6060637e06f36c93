// SPDX-License-Identifier: Apache-2.0
// Durations as people type them.
#pragma once

#include <cstdint>
#include <string>

namespace checkpointfs::cli {

// Parses "90s", "30m", "12h", "3d", "2w" or "0" into nanoseconds. `option`: its name, for the message. Throws
// Failure(kUsage).
int64_t parse_duration(const std::string& text, const std::string& option);

}  // namespace checkpointfs::cli
