// SPDX-License-Identifier: Apache-2.0
// Whether the kernel can be answered by io_uring (Linux 6.14, libfuse 3.18), which spares a system call an
// answer.
#pragma once

#include <string>

namespace checkpointfs::fs {

// "on", or "off, " and the reason. It is an option of the kernel's module, which is the administrator's to
// switch on.
std::string io_uring_state();

}  // namespace checkpointfs::fs
