// SPDX-License-Identifier: Apache-2.0
// The directories beneath which state files may be opened, held open.
#pragma once

#include <map>
#include <vector>

#include "base/unique_fd.h"
#include "index/types.h"

namespace checkpointfs::fs {

// Opened once: whatever is renamed or mounted over afterwards, files are looked for where the scan found
// them.
class Roots {
 public:
  // Throws SystemError if a source cannot be opened; a mapped directory that is gone merely fails on use.
  explicit Roots(const std::vector<index::Root>& roots);

  // Descriptor of the root, owned by this object, or -1.
  int directory(int64_t root_id) const;

 private:
  std::map<int64_t, base::UniqueFd> directories_;
};

}  // namespace checkpointfs::fs
