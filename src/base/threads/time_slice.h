// SPDX-License-Identifier: Apache-2.0
// The times for which the kernel's scheduler lets a thread run.
#pragma once

namespace checkpointfs::base {

// Asks the kernel to let the calling thread, and threads that it starts, run for a tenth of a millisecond at
// a time, and in return at once when they are woken: a thread that computes on the same processor must not
// use up its own slice first, which lasts up to 4 ms. Has no effect before Linux 6.12, and with real-time
// priority (kernel/sched/fair.c: PREEMPT_SHORT).
void prefer_short_slices();

}  // namespace checkpointfs::base
