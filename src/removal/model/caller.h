// SPDX-License-Identifier: Apache-2.0
// The user on whose behalf something is removed, where that is not the user of this process: a mount with
// `-o release,allow_other` serves everybody.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace checkpointfs::removal {

struct Caller {
  uid_t uid = 0;
  std::vector<gid_t> gids;  // the primary group, and all others

  // Is true if this process may use all its permissions: the caller is its user, or root.
  bool is_trusted() const;
};

// Returns true if the caller could unlink `path` beneath the directory `root` himself: with search permission
// on each directory that leads to it, write permission on its own, and as the sticky bit asks. Only modes are
// looked at, not access control lists.
bool may_unlink(int root, const std::string& path, const Caller& caller);

}  // namespace checkpointfs::removal
