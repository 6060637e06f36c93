// SPDX-License-Identifier: Apache-2.0
// Work that may throw, done by several threads.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>

#include "base/threads/parallel_calls.h"

namespace checkpointfs::exporting {

// Calls work(0) ... work(count-1) from all threads. After an error no more calls are begun; the first error,
// in the order of the numbers, is returned, null without one.
std::exception_ptr run_all(base::ParallelCalls& calls, size_t count, const std::function<void(size_t)>& work);

}  // namespace checkpointfs::exporting
