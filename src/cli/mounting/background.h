// SPDX-License-Identifier: Apache-2.0
// Runs the mount in the background, once it is ready.
//
// This folder holds what the command `mount` needs besides the mount itself (fs/mount): the program as
// mount(8)'s helper (mount_helper.h turns such a command line into that of the command), the options of -o
// (mount_options.h), the daemon (this file), and PID 1 of a container (container_init.h). The order is the
// one in which commands/mount.cc uses them. The folder relies on cli/arguments for messages and exit codes.
#pragma once

#include <functional>
#include <string>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

// The work calls Ready once, from any thread, when it is ready. `summary` goes to standard output.
using Ready = std::function<void(const std::string& summary)>;

// Runs `work` in a child process. Until `work` is ready, both processes look like one to the user: the child
// writes to the terminal, an exception of the child becomes the failure of the program, and a signal to the
// parent ends the child. When `work` is ready, the child becomes a daemon: a session of its own, in "/",
// without a terminal; if the parent is gone by then, the child sends itself SIGTERM. Returns the exit code in
// the parent once the child is ready or has failed, and in the child when the work is over. REQUIRES: no
// other thread is running, no SQLite connection is open.
ExitCode run_in_background(const std::function<ExitCode(const Ready& ready)>& work);

}  // namespace checkpointfs::cli
