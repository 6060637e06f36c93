// SPDX-License-Identifier: Apache-2.0
// The answers of `state` and `positions`; all that a build without RocksDB and Snappy has of this folder.
#pragma once

#include "cli/arguments/command.h"
#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// Print to standard output what the command line asks for. Throw if nothing can be read; without RocksDB and
// Snappy, always, and say what is missing.
ExitCode answer_state(const Invocation& invocation);
ExitCode answer_positions(const Invocation& invocation);

}  // namespace checkpointfs::cli
