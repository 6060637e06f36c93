// SPDX-License-Identifier: Apache-2.0
// The duties of PID 1, the init process of a container.
#pragma once

#include <functional>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// True if this process is PID 1 of its PID namespace: its end ends all other processes, it adopts their
// orphans, and signals that it does not handle have no effect.
bool is_container_init();

// Runs `work` in a child process, passes signals on to it, and reaps every process that ends, until the child
// ends. Returns in the parent the exit code of the child, or 128 + N if signal N killed it; returns in the
// child when the work is over. REQUIRES: no other thread is running.
ExitCode run_under_container_init(const std::function<ExitCode()>& work);

}  // namespace checkpointfs::cli
