// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/hold_expiry.h"

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "fs/hold/working_directories.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestInterval(1000);

}  // namespace

HoldExpiry::HoldExpiry(std::string mount_point, std::chrono::seconds grace, ShownTree& tree,
                       CacheInvalidator& kernel)
    : mount_point_(std::move(mount_point)),
      interval_(std::min(milliseconds(grace) / 4, kLongestInterval)),
      tree_(tree),
      kernel_(kernel) {}

HoldExpiry::~HoldExpiry() {
  stop(milliseconds::max());
}

void HoldExpiry::start() {
  if (!thread_.start("hold keeper", [this] { run(); }))
    base::log_error("no thread could be started: holds last until the mount ends");
}

bool HoldExpiry::stop(milliseconds patience) {
  return thread_.stop(patience);
}

void HoldExpiry::run() {
  while (!thread_.sleep(interval_)) {
    try {
      look();
    } catch (const std::exception& e) {
      base::log_warning(e.what());
    }
  }
}

void HoldExpiry::look() {
  const std::set<std::string> inside = working_directories_below(mount_point_);
  for (const HoldTable::Released& released : tree_.holds().release_expired(inside)) {
    kernel_.forget_name(released.parent, released.name);
    for (const Inode inode : released.contents) kernel_.forget_content(inode);
  }
  for (const std::string& path : inside) {
    try {
      tree_.taker().take_at(path);
    } catch (const LostSnapshot& e) {
      base::log_info(e.what());
    }
  }
}

}  // namespace checkpointfs::fs
