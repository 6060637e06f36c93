// SPDX-License-Identifier: Apache-2.0
// Reads state in a process of its own, so that a crash, a hang or a lack of memory is an error message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "state/snapshot/sandbox.h"

namespace checkpointfs::state {

// The reading process's way to the one that started it.
class IsolatedOutput {
 public:
  virtual ~IsolatedOutput() = default;
  // Sends bytes to the starter's `receive`. Buffers; what is in the buffer is sent when the body returns or
  // throws. Throws base::SystemError, EPIPE if nobody wants more.
  virtual void write(std::string_view bytes) = 0;
  // Says what is being read, in case that it kills the process: "state counts of operator orders".
  virtual void doing(std::string_view what) = 0;
};

enum class Wanted : uint8_t { kMore, kNoMore };

// Runs `body` in a child process in a sandbox, and hands what it writes to `receive` until that wants no
// more. Returns what `body` returns, 0 to 255; 0 if nothing more was wanted. An exception in `body` is thrown
// here again, as base::Failure or base::SystemError. Throws Failure(kInput) that names the signal, and what
// was being read, if the child died. REQUIRES: the calling process has one thread. A process that serves a
// mount runs a command instead.
int run_isolated(const std::function<int(IsolatedOutput&)>& body,
                 const std::function<Wanted(std::string_view)>& receive, const SandboxLimits& limits = {});

}  // namespace checkpointfs::state
