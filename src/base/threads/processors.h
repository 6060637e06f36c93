// SPDX-License-Identifier: Apache-2.0
// The processors that threads run on.
#pragma once

#include <sched.h>
#include <sys/types.h>

namespace checkpointfs::base {

// The processors that the process could use at the first call of this function; empty if there are more than
// cpu_set_t has room for. REQUIRES: first called before any thread gives up processors.
const cpu_set_t& own_processors();

// Lets the calling thread run on all of own_processors(). Threads and processes that it starts inherit its
// processors.
void allow_own_processors();

// Lets a thread (0: the calling one) run on one processor only. Does nothing if it may not run there.
void run_on(pid_t thread, int processor);

// Returns the processor on which a thread ran last (proc_pid_stat(5)), or -1 if the kernel does not tell.
int processor_of(pid_t thread);

}  // namespace checkpointfs::base
