// SPDX-License-Identifier: Apache-2.0
// Doing the rest of the program in a process of its own, once it has said that all is well.
#pragma once

#include <functional>
#include <string>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// What the work calls, once, when it is ready; from any thread. `summary` is for standard output.
using Ready = std::function<void(const std::string& summary)>;

// Runs `work` in a child process. Until `work` is ready the two are one for the user: the child writes to the
// terminal, its failure (the exception that it throws) is the program's, and what interrupts the parent ends
// the child. On being ready the child becomes a daemon: a session of its own, in "/", with no terminal; and
// if nobody is left who waits for it, it sends itself SIGTERM. Returns in the parent once the child is ready
// or has failed, and in the child when the work is over, with what to exit with. REQUIRES: no other thread is
// running, no SQLite connection is open.
ExitCode run_in_background(const std::function<ExitCode(const Ready& ready)>& work);

}  // namespace checkpointfs::cli
