// SPDX-License-Identifier: Apache-2.0
// Tells in which directories of local sources snapshots came or went, by inotify(7).
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/unique_fd.h"
#include "index/index.h"

namespace checkpointfs::index {

// Watched are the directories that a scan enters: never those of state files. Not thread-safe.
class Watcher {
 public:
  // Throws SystemError, as when the user has too many instances.
  Watcher();

  // Watches a directory that is open as `fd`. Throws SystemError, as when the user has too many watches.
  void add(const Scope& directory, int fd);

  // Readable when take() has something to tell.
  int fd() const { return fd_.get(); }

  struct Changes {
    std::set<Scope> scopes;  // to be scanned; one that is gone too
    bool lost = false;       // more happened than the kernel kept account of
  };
  // What happened since the last call.
  Changes take();

  size_t watches() const { return watched_.size(); }

 private:
  void note(int watch, uint32_t what, const std::string& name, Changes* changes);
  void forget_below(const Scope& directory);

  base::UniqueFd fd_;
  std::map<int, Scope> watched_;
};

// Whether somebody else than this machine may change what the file system of the open directory `fd` shows:
// then inotify does not tell. `name`: set to that of the file system's type, if it is such a one.
bool is_remote(int fd, std::string* name);

}  // namespace checkpointfs::index
