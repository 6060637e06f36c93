// SPDX-License-Identifier: Apache-2.0
// rclone: lines of --files-from-raw.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::engines {

// Returns why rclone cannot be told this path.
std::string_view rclone_problem(std::string_view path);
// Returns a line. `path`: beneath the directory that rclone is given. REQUIRES: no problem.
std::string rclone_line(std::string_view path);

}  // namespace checkpointfs::engines
