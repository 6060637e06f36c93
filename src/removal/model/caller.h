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

  // Whether this process may do what it can: the caller is its user, or root.
  bool is_trusted() const;
};

// Whether the caller could unlink `path` beneath the directory `root` himself: search on each directory that
// leads to it, write on its own, and what its sticky bit asks for. By modes; access control lists are not
// looked at.
bool may_unlink(int root, const std::string& path, const Caller& caller);

}  // namespace checkpointfs::removal
