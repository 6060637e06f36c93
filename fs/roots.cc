// SPDX-License-Identifier: Apache-2.0
#include "fs/roots.h"

#include "base/beneath.h"
#include "base/concat.h"
#include "base/errors.h"
#include "base/log.h"

namespace checkpointfs::fs {

Roots::Roots(const std::vector<index::Root>& roots, Stores& stores) : stores_(stores) {
  for (const index::Root& root : roots) {
    try {
      directories_.emplace(root.id, Directory{base::open_directory(root.path), &stores.at(root.path)});
    } catch (const base::SystemError& e) {
      if (root.is_source) throw;
      base::log_warning(base::concat("mapped directory: ", e.what()));
    }
  }
}

int Roots::directory(int64_t root_id) const {
  const auto found = directories_.find(root_id);
  if (found == directories_.end()) return -1;
  stores_.enter(*found->second.store);
  return found->second.fd.get();
}

Stores::Store* Roots::store(int64_t root_id) const {
  const auto found = directories_.find(root_id);
  return found == directories_.end() ? nullptr : found->second.store;
}

}  // namespace checkpointfs::fs
