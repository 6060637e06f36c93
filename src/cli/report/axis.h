// SPDX-License-Identifier: Apache-2.0
// Axes of the charts: round sizes, and times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace checkpointfs::cli {

struct SizeAxis {
  uint64_t top = 1;                 // the highest value, a multiple of the step
  std::vector<std::string> labels;  // at equal distances, from the top to "0"
};

// An axis from 0 to at least `most` bytes (1 KiB if that is 0) with 1 to 4 steps of 1, 2, 5, 10, 20, 50, 100,
// 200 or 500 B, KiB, MiB, ...
SizeAxis size_axis(uint64_t most);

// Labels of times (UTC; nanoseconds since the epoch, in order), all in the same form: the time of day if they
// are of one day, else the day too, and the year if it is not the same.
std::vector<std::string> time_labels(const std::vector<int64_t>& times);

}  // namespace checkpointfs::cli
