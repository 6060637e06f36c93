// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/mount_roots.h"

#include <memory>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"

namespace checkpointfs::fs {

MountRoots::MountRoots(const std::vector<storage::Root>& roots, StoreLimiter& stores, base::StoreCalls& calls,
                       const SourceStates& states)
    : stores_(stores), states_(states) {
  const auto lost = states.lost();
  for (const storage::Root& root : roots) {
    Directory& directory = directories_[root.id];
    directory.path = root.path;
    directory.store = &stores.at(root.path);
    if (lost.contains(root.path)) continue;
    try {
      const auto opened = std::make_shared<base::UniqueFd>();
      const auto open = [opened, path = root.path] { *opened = base::open_directory(path); };
      if (roots.size() == 1) {
        open();
      } else if (!calls.make(root.path, open)) {
        continue;
      }
      directory.fd = std::move(*opened);
    } catch (const base::SystemError& e) {
      if (roots.size() == 1) throw;
      if (root.is_source) continue;  // there may be others
      directories_.erase(root.id);
      base::log_warning(base::format("mapped directory: {}", e.what()));
    }
  }
}

int MountRoots::keep(const Directory& directory, base::UniqueFd fd) {
  const std::lock_guard lock(directory.mutex);
  if (!directory.fd) directory.fd = std::move(fd);
  return directory.fd.get();
}

int MountRoots::directory(int64_t root_id) const {
  const auto found = directories_.find(root_id);
  if (found == directories_.end()) return -1;
  const Directory& directory = found->second;
  states_.require(directory.path);
  stores_.enter(*directory.store);
  const int fd = keep(directory, {});
  return fd >= 0 ? fd : keep(directory, base::open_directory(directory.path));
}

const std::string& MountRoots::path(int64_t root_id) const {
  static const std::string none;
  const auto found = directories_.find(root_id);
  return found == directories_.end() ? none : found->second.path;
}

StoreLimiter::Store* MountRoots::store(int64_t root_id) const {
  const auto found = directories_.find(root_id);
  return found == directories_.end() ? nullptr : found->second.store;
}

}  // namespace checkpointfs::fs
