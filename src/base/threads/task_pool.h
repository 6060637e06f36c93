// SPDX-License-Identifier: Apache-2.0
// Threads that do things before they are asked for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace checkpointfs::base {

class TaskPool {
 public:
  explicit TaskPool(size_t threads) : wanted_(threads) {}
  // Drops the tasks that have not begun.
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  // Has a thread call `make`, in the order of the calls.
  template <typename Make>
  auto start(Make make) {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Make>()>>(std::move(make));
    auto result = task->get_future();
    add([task = std::move(task)] { (*task)(); });
    return result;
  }

 private:
  void add(std::function<void()> work);
  void start_threads();
  void serve();

  const size_t wanted_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // guards all below; never held while work runs
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stop_ = false;
};

}  // namespace checkpointfs::base
