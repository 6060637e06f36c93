// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/watchdog.h"

#include <dirent.h>
#include <pthread.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/text/message.h"
#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::fs {
namespace {

constexpr std::chrono::milliseconds kInterval(500);
constexpr std::chrono::seconds kUnmountPatience(4);

// Returns the descriptors of the index, its log and its lock, found by name: any other question about a
// descriptor could wait for a store.
std::vector<int> descriptors_of(const std::string& index_file) {
  std::vector<int> found;
  DIR* const directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return found;
  while (const dirent* entry = ::readdir(directory)) {
    char target[PATH_MAX];
    const ssize_t n = ::readlinkat(::dirfd(directory), entry->d_name, target, sizeof target);
    if (n > 0 && std::string_view(target, static_cast<size_t>(n)).starts_with(index_file))
      found.push_back(std::atoi(entry->d_name));
  }
  ::closedir(directory);
  return found;
}

// The path as /proc/self/fd has it.
std::string real_path_of(const std::string& file) {
  std::error_code error;
  const std::string real = std::filesystem::canonical(file, error);
  return error ? file : real;
}

}  // namespace

Watchdog::Watchdog(std::shared_ptr<StoreLimiter> stores, const std::string& index_file, Actions actions)
    : stores_(std::move(stores)), index_file_(real_path_of(index_file)), actions_(std::move(actions)) {
  base::start_signal_blocked_threads(threads_, 1, [this] { run(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  for (std::thread& thread : threads_) thread.join();
}

void Watchdog::expect_end() {
  const std::lock_guard lock(mutex_);
  expect_end_locked();
}

void Watchdog::expect_end_locked() {
  if (!deadline_) deadline_ = StoreLimiter::Clock::now() + kUnmountPatience;
}

void Watchdog::is_unmounted() {
  const std::lock_guard lock(mutex_);
  mounted_ = false;
  expect_end_locked();
}

void Watchdog::run() {
  ::pthread_setname_np(::pthread_self(), "watchdog");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kInterval, [this] { return stopping_; });
      if (stopping_) return;
      if (!deadline_ && actions_.is_ending()) expect_end_locked();
      if (deadline_ && StoreLimiter::Clock::now() >= *deadline_) {
        if (mounted_) actions_.unmount();
        end_without_waiting(*stores_, index_file_);
      }
    }
    stores_->refuse_overdue();
    stores_->report();
  }
}

void end_without_waiting(const StoreLimiter& stores, const std::string& index_file) {
  std::string hanging;
  for (const StoreLimiter::Hanging& store : stores.hanging())
    hanging += base::format("{}{}", hanging.empty() ? "" : ", ", store.path);
  base::log_warning(base::format("unmounted; not waited for: {}",
                                 hanging.empty() ? std::string("a store that does not answer") : hanging));
  for (const int fd : descriptors_of(real_path_of(index_file))) ::close(fd);
  std::_Exit(0);
}

}  // namespace checkpointfs::fs
