// SPDX-License-Identifier: Apache-2.0
#include "export/parallel_work.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace checkpointfs::exporting {

std::exception_ptr run_all(base::ParallelCalls& calls, size_t count,
                           const std::function<void(size_t)>& work) {
  std::vector<std::exception_ptr> errors(count);
  std::atomic<bool> failed = false;
  calls.run(count, [&](size_t i) {
    if (failed.load(std::memory_order_relaxed)) return;
    try {
      work(i);
    } catch (...) {
      errors[i] = std::current_exception();
      failed = true;
    }
  });
  const auto first = std::ranges::find_if(errors, [](const std::exception_ptr& e) { return e != nullptr; });
  return first == errors.end() ? nullptr : *first;
}

}  // namespace checkpointfs::exporting
