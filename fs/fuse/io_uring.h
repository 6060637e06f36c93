// SPDX-License-Identifier: Apache-2.0
// Tells whether io_uring (Linux 6.14, libfuse 3.18) answers the kernel, which saves a system call an answer.
#pragma once

#include <cstddef>
#include <string>

namespace checkpointfs::fs {

// Returns "on", or "off, " and the reason. The administrator switches io_uring on by a parameter of the
// kernel's module. `stores`: the number that the mount has. With several, io_uring is off: a thread that
// waits for one store would delay all answers of its processor.
std::string io_uring_state(size_t stores);

}  // namespace checkpointfs::fs
