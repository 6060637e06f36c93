// SPDX-License-Identifier: Apache-2.0
// Tab-separated values.
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::cli {

// One line with a line feed; base::printable() of each field, which has no tab then.
std::string tsv_line(const std::vector<std::string>& fields);

}  // namespace checkpointfs::cli
