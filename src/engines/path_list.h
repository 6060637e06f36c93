// SPDX-License-Identifier: Apache-2.0
// Lists of paths for programs that read lines, such as `xargs -d '\n'`, and tables of comma-separated values.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::engines {

// Returns why a list cannot hold this path; any bytes but a line feed can stand there.
std::string_view path_problem(std::string_view path);

// Returns a field of RFC 4180: quoted only if it must be. Holds any bytes.
std::string csv_field(std::string_view text);

}  // namespace checkpointfs::engines
