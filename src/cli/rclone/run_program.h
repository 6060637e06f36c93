// SPDX-License-Identifier: Apache-2.0
// Other programs that this one needs.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace checkpointfs::cli {

// Starts `command` with standard output and error appended to `log_file`, in a session of its own. It is sent
// SIGTERM when the calling *thread* ends, however that comes about. 127 is its exit code if there is no such
// program. Throws SystemError.
pid_t start_program(const std::vector<std::string>& command, const std::string& log_file);

// Standard output of `command`; "" if that fails.
std::string output_of(const std::vector<std::string>& command);

}  // namespace checkpointfs::cli
