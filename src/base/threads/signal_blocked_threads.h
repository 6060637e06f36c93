// SPDX-License-Identifier: Apache-2.0
// Starting threads that no signal reaches: signals are the main thread's.
#pragma once

#include <signal.h>

#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace checkpointfs::base {

// Starts threads that call `serve`, until there are `wanted` of them, or the system gives no more.
template <typename Serve>
void start_signal_blocked_threads(std::vector<std::thread>& threads, size_t wanted, const Serve& serve) {
  // New threads inherit the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    while (threads.size() < wanted) threads.emplace_back(serve);
  } catch (const std::system_error&) {
    // Fewer threads, or none, do the same, only slower.
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace checkpointfs::base
