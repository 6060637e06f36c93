// SPDX-License-Identifier: Apache-2.0
// Takes from this process what a reader of untrusted files does not need.
#pragma once

#include <cstdint>

namespace checkpointfs::state {

struct SandboxLimits {
  uint64_t address_space = uint64_t{8} << 30;  // bytes; ignored by builds with sanitizers
  uint64_t open_files = 4096;
};

// From now on this process, and each thread that it starts, writes to no file that it has not open already,
// makes and removes no name, runs no program, opens no socket, traces nothing, and leaves no core file. It
// reads what it could read before. The limits of resources always hold; the rest as far as the kernel has
// Landlock and seccomp. Throws base::SystemError if a limit cannot be set.
void enter_sandbox(const SandboxLimits& limits);

}  // namespace checkpointfs::state
