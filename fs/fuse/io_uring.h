// SPDX-License-Identifier: Apache-2.0
// Whether the kernel can be answered by io_uring (Linux 6.14, libfuse 3.18), which spares a system call an
// answer.
#pragma once

#include <cstddef>
#include <string>

namespace checkpointfs::fs {

// "on", or "off, " and the reason. It is an option of the kernel's module, which is the administrator's to
// switch on.
// `stores`: how many the mount has. Whoever waits for one keeps all answers of a processor, so with several
// it is off.
std::string io_uring_state(size_t stores);

}  // namespace checkpointfs::fs
