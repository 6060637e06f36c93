// SPDX-License-Identifier: Apache-2.0
// Notices when a root, or a directory below it that the index knows, is moved, replaced, unmounted or mounted
// over, and keeps SourceStates up to date. A root is identified by device and inode, or, if it is remote and
// so has another device after each mount, by inode and the type and source of its mount.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/mounts.h"
#include "base/threads/store_calls.h"
#include "base/unique_fd.h"
#include "fs/status/source_states.h"
#include "storage/types.h"

namespace checkpointfs::fs {

// Not thread-safe. A root should be the directory that it is at the construction, or, if it does not answer
// then, at its first answer.
class SourceWatch {
 public:
  // REQUIRES: the references outlive it.
  SourceWatch(const std::vector<storage::Root>& roots, base::StoreCalls& calls, SourceStates& states);

  // The table of mounts, for poll(2): a change is POLLPRI.
  int fd() const { return mounts_fd_.get(); }

  enum class Which { kLocal, kAll };
  // Returns whether the index knows anything at or below a directory of a root.
  using Knows = std::function<bool(const std::string& root, const std::string& path)>;
  // Looks at the roots. Returns whether one that was lost is back: its directories must be opened again.
  bool look(Which which, const Knows& knows);

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    std::string mount;  // identifies a remote store, which has another device each time
    int error = 0;      // errno of stat(2); 0: the others are set
  };
  struct Watched {
    bool is_remote = false;
    std::optional<Identity> identity;
    std::map<std::string, std::string> below;  // the mounts below the root: names by path
    bool is_lost = false;
  };

  std::optional<Identity> identity_of(const std::string& root, bool is_remote,
                                      const std::vector<base::MountedTree>& mounts);
  // Returns why the root is not the directory that it was, "" if it is, or nothing if that is unknown.
  // `mounts`: null if mounts below the root are not to be looked at.
  std::optional<std::string> trouble(const std::string& root, Watched& watched,
                                     const std::vector<base::MountedTree>* mounts, const Knows& knows);

  base::StoreCalls& calls_;
  SourceStates& states_;
  const base::UniqueFd mounts_fd_;
  std::map<std::string, Watched> watched_;
};

// Paths of the roots that are lost.
std::set<std::string> lost_roots(const SourceStates& states);

}  // namespace checkpointfs::fs
