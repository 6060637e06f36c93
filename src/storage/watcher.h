// SPDX-License-Identifier: Apache-2.0
// Tells in which directories of local sources snapshots came or went, and what happened to state files, by
// inotify(7).
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "storage/types.h"

namespace checkpointfs::storage {

// Watched are the directories that a scan enters, and those that hold state files which the index knows: one
// watch a directory. Not thread-safe.
class Watcher {
 public:
  // Throws SystemError, as when the user has too many instances.
  Watcher();

  // Watches a directory that is open as `fd`. Throws SystemError, as when the user has too many watches.
  void add(const Place& directory, int fd);

  // The same for a directory that holds state files. A scan may enter it as well.
  void add_state(const Place& directory, int fd);
  // Is true if it is watched already; then it holds state files from now on.
  bool has_state(const Place& directory);

  // Readable when take() has something to tell.
  int fd() const { return fd_.get(); }

  struct Changes {
    std::set<Place> scopes;  // to be scanned; one that is gone too
    bool lost = false;       // more happened than the kernel kept account of
    // Names that came, went or were written to in directories of state files: paths below their roots. Most
    // may be of files that the index does not know.
    std::set<Place> files;
    // A directory of state files, or one above it, came, went or is no more what it was.
    bool state_moved = false;
    // A root itself was moved or deleted, or the file system unmounted on which it lies.
    bool root_moved = false;
  };
  // The changes since the last call.
  Changes take();

  size_t watches() const { return watched_.size(); }

 private:
  struct Watched {
    Place directory;
    bool is_walked = false;  // a scan enters it
    bool has_state = false;
  };
  Watched& watch(const Place& directory, int fd, uint32_t mask);
  void note(int watch, uint32_t what, const std::string& name, Changes* changes);
  void note_name(const Watched& in, uint32_t what, const std::string& name, Changes* changes);
  void note_directory(const Place& directory, uint32_t what, const std::string& name, Changes* changes);
  // Is true if state files were below.
  bool forget_below(const Place& directory);

  base::UniqueFd fd_;
  std::map<int, Watched> watched_;
  std::map<Place, int> watches_;
};

// Is true if somebody else than this machine may change what the file system of the open directory `fd`
// shows: then inotify does not tell. `name`: set to that of the file system's type, if it is such a one.
bool is_remote(int fd, std::string* name);

}  // namespace checkpointfs::storage
