// SPDX-License-Identifier: Apache-2.0
// Limits of the input that the decoder accepts.
#pragma once

#include <cstdint>
#include <limits>

namespace checkpointfs::flink {

struct Limits {
  uint64_t max_size = uint64_t{4} << 30;  // bytes of metadata
  uint64_t max_handles = 200'000'000;     // handles that name a file
  int max_depth = 8;                      // of handles inside handles
};

// For metadata that this program wrote itself.
inline constexpr Limits kNoLimits = {.max_size = std::numeric_limits<uint64_t>::max(),
                                     .max_handles = std::numeric_limits<uint64_t>::max(),
                                     .max_depth = 64};

}  // namespace checkpointfs::flink
