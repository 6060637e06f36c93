// SPDX-License-Identifier: Apache-2.0
// Tells whether io_uring (Linux 6.14, libfuse 3.18) answers the kernel, which saves a system call an answer.
#pragma once

#include <string>
#include <vector>

#include "base/threads/store_calls.h"

namespace checkpointfs::fs {

// Returns "on", or "off, " and the reason. The administrator switches io_uring on by a parameter of the
// kernel's module.
//
// One thread answers all programs of a processor then, in the order in which they ask. So nothing may keep
// it waiting: io_uring is on only if all `roots` lie on one local disk. A queued request would not do either:
// libfuse 3.18 lets no other thread answer it safely.
std::string io_uring_state(const std::vector<std::string>& roots, base::StoreCalls& calls);

}  // namespace checkpointfs::fs
