// SPDX-License-Identifier: Apache-2.0
// Lengths of time as people type them.
#pragma once

#include <cstdint>
#include <string>

namespace checkpointfs::cli {

// "90s", "30m", "12h", "3d", "2w", "0", in nanoseconds; `option` for the message. Throws Failure(kUsage).
int64_t parse_duration(const std::string& text, const std::string& option);

}  // namespace checkpointfs::cli
