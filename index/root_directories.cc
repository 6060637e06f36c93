// SPDX-License-Identifier: Apache-2.0
#include "index/root_directories.h"

#include "base/beneath.h"

namespace checkpointfs::index {

RootDirectories::RootDirectories(const std::vector<Root>& roots) {
  for (const Root& root : roots) fds_[root.id] = base::open_directory(root.path);
}

}  // namespace checkpointfs::index
