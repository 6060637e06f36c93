// SPDX-License-Identifier: Apache-2.0
// Starts other programs.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace checkpointfs::cli {

// Starts `command` in a session of its own, with standard output and error appended to `log_file`. The kernel
// sends it SIGTERM when the calling *thread* ends for any reason. Its exit code is 127 if there is no such
// program. Throws SystemError.
pid_t start_program(const std::vector<std::string>& command, const std::string& log_file);

// Returns the standard output of `command`; "" if it fails.
std::string output_of(const std::vector<std::string>& command);

}  // namespace checkpointfs::cli
