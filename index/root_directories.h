// SPDX-License-Identifier: Apache-2.0
// The roots as open directories, for what is opened beneath them.
#pragma once

#include <map>
#include <vector>

#include "base/unique_fd.h"
#include "index/types.h"

namespace checkpointfs::index {

class RootDirectories {
 public:
  // Throws SystemError if one cannot be opened.
  explicit RootDirectories(const std::vector<Root>& roots);
  // REQUIRES: one of the roots. Owned by this object.
  int fd(int64_t root_id) const { return fds_.at(root_id).get(); }

 private:
  std::map<int64_t, base::UniqueFd> fds_;
};

}  // namespace checkpointfs::index
