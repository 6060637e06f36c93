// SPDX-License-Identifier: Apache-2.0
// Being PID 1, as in a container.
#pragma once

#include <functional>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// Whether this is the first process of its PID namespace: its end is that of all others, it gets their
// orphans, and no signal that it does not handle does anything to it.
bool is_container_init();

// Runs `work` in a child process, passes signals on to it, and reaps whatever ends, until the child does.
// Returns in the parent with what the child exited with, or, if signal N ended it, 128 + N; and in the child
// when the work is over. REQUIRES: no other thread is running.
ExitCode run_under_container_init(const std::function<ExitCode()>& work);

}  // namespace checkpointfs::cli
