// SPDX-License-Identifier: Apache-2.0
#include "removal/model/caller.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/beneath.h"
#include "base/path.h"
#include "removal/model/identity.h"

namespace checkpointfs::removal {
namespace {

constexpr mode_t kWrite = 2;
constexpr mode_t kSearch = 1;

bool may(const Caller& caller, const struct stat& st, mode_t wanted) {
  mode_t bits = st.st_mode & 7;
  if (st.st_uid == caller.uid) {
    bits = st.st_mode >> 6 & 7;
  } else if (std::ranges::find(caller.gids, st.st_gid) != caller.gids.end()) {
    bits = st.st_mode >> 3 & 7;
  }
  return (bits & wanted) == wanted;
}

bool stat_of(int root, const std::string& path, struct stat* st) {
  return base::stat_beneath(root, path.empty() ? "." : path.c_str(), st) == 0;
}

}  // namespace

bool Caller::is_trusted() const {
  return uid == 0 || uid == ::geteuid();
}

bool may_unlink(int root, const std::string& path, const Caller& caller) {
  struct stat file = {};
  struct stat directory = {};
  std::string above(base::parent(path));
  if (!stat_of(root, path, &file) || !stat_of(root, above, &directory)) return false;
  if (!may(caller, directory, kWrite | kSearch)) return false;
  if ((directory.st_mode & S_ISVTX) != 0 && caller.uid != file.st_uid && caller.uid != directory.st_uid)
    return false;
  while (!above.empty()) {
    above = base::parent(above);
    if (!stat_of(root, above, &directory) || !may(caller, directory, kSearch)) return false;
  }
  return true;
}

}  // namespace checkpointfs::removal
