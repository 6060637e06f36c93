// SPDX-License-Identifier: Apache-2.0
// Prints a text about state for a mount, which runs this program to read state: see fs/state/state_texts.h.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// `arguments`: as fs::to_arguments() makes them. Scans nothing, and opens nothing by a path that may lie in a
// mount. Ends this process as soon as the one that started it has ended: standard input is a pipe that it
// holds open. Prints to standard error what cannot be read, last why the text is incomplete. REQUIRES: this
// process has one thread.
ExitCode print_state_text(const std::vector<std::string>& arguments);

}  // namespace checkpointfs::cli
