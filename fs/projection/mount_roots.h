// SPDX-License-Identifier: Apache-2.0
// The open directories beneath which state files may be opened.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/threads/store_calls.h"
#include "base/unique_fd.h"
#include "fs/status/source_states.h"
#include "fs/status/store_limiter.h"
#include "storage/types.h"

namespace checkpointfs::fs {

// Each root is opened once. A root that is not what it was (fs/status/source_states.h) is not used.
class MountRoots {
 public:
  // Throws SystemError if a source cannot be opened; a mapped directory that is gone only fails on use. If
  // there are several roots, one that does not answer is opened when it is needed. REQUIRES: the references
  // outlive it.
  MountRoots(const std::vector<storage::Root>& roots, StoreLimiter& stores, base::StoreCalls& calls,
             const SourceStates& states);

  // The descriptor of the root, owned by this object, or -1. The request that calls enters the store of the
  // root. Throws SystemError.
  int directory(int64_t root_id) const;
  // "" if there is no such root.
  const std::string& path(int64_t root_id) const;
  // Null if there is no such root.
  StoreLimiter::Store* store(int64_t root_id) const;

 private:
  struct Directory {
    std::string path;
    StoreLimiter::Store* store = nullptr;
    mutable std::mutex mutex;   // guards `fd`; not held while the root is opened
    mutable base::UniqueFd fd;  // set once
  };
  static int keep(const Directory& directory, base::UniqueFd fd);

  StoreLimiter& stores_;
  const SourceStates& states_;
  std::map<int64_t, Directory> directories_;
};

}  // namespace checkpointfs::fs
