// SPDX-License-Identifier: Apache-2.0
#include "fs/hold_keeper.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "base/concat.h"
#include "base/log.h"
#include "fs/inside.h"
#include "index/quiet_threads.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestInterval(1000);

}  // namespace

HoldKeeper::HoldKeeper(std::string mount_point, std::chrono::seconds grace, Holds& holds,
                       CacheListener& kernel)
    : mount_point_(std::move(mount_point)),
      interval_(std::min(milliseconds(grace) / 4, kLongestInterval)),
      holds_(holds),
      kernel_(kernel) {}

HoldKeeper::~HoldKeeper() {
  stop(milliseconds::max());
}

void HoldKeeper::start() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  std::vector<std::thread> threads;
  index::start_quiet_threads(threads, 1, [this] { run(); });
  ended_ = threads.empty();
  if (ended_) {
    base::log_error("no thread could be started: what is held is held until the mount ends");
  } else {
    thread_ = std::move(threads.front());
  }
}

bool HoldKeeper::stop(milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (patience == milliseconds::max()) {
    changed_.wait(lock, [this] { return ended_; });
  } else if (!changed_.wait_for(lock, patience, [this] { return ended_; })) {
    return false;
  }
  std::thread ended = std::move(thread_);
  lock.unlock();
  if (ended.joinable()) ended.join();
  return true;
}

void HoldKeeper::run() {
  ::pthread_setname_np(::pthread_self(), "hold keeper");
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    try {
      look();
    } catch (const std::exception& e) {
      base::log_warning(e.what());
    }
    lock.lock();
  }
  ended_ = true;
  changed_.notify_all();
}

void HoldKeeper::look() {
  const std::set<std::string> inside = working_directories_below(mount_point_);
  for (const Holds::Released& released : holds_.let_go(inside)) {
    kernel_.forget_name(released.parent, released.name);
    for (const Inode inode : released.contents) kernel_.forget_content(inode);
  }
  for (const std::string& path : inside) {
    try {
      holds_.note_inside(path);
    } catch (const LostSnapshot& e) {
      base::log_info(e.what());
    }
  }
}

}  // namespace checkpointfs::fs
