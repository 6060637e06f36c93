// SPDX-License-Identifier: Apache-2.0
// Notices when a root is not the directory that it was: moved, replaced, unmounted or mounted over, it or a
// directory below it that the index knows. Keeps SourceStates up to date.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/mounts.h"
#include "base/threads/store_calls.h"
#include "base/unique_fd.h"
#include "fs/status/source_states.h"
#include "storage/types.h"

namespace checkpointfs::fs {

// Not thread-safe. The roots are taken for what they should be as they are when this is constructed; one that
// does not answer then, as it is when it first does.
class SourceWatch {
 public:
  // REQUIRES: the references outlive it.
  SourceWatch(const std::vector<storage::Root>& roots, base::StoreCalls& calls, SourceStates& states);

  // Of the table of mounts: poll(2) tells of a change by POLLPRI.
  int fd() const { return mounts_fd_.get(); }

  enum class Which { kLocal, kAll };
  // Whether the index knows anything at or below a directory of a root.
  using Knows = std::function<bool(const std::string& root, const std::string& path)>;
  // Looks at the roots. Returns whether one that was lost is back: whatever is open of it is to be opened
  // again.
  bool look(Which which, const Knows& knows);

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    std::string mount;  // what a remote store is known by, as it has another device each time
    int error = 0;      // it cannot be looked at
  };
  struct Watched {
    bool is_remote = false;
    std::optional<Identity> identity;
    std::map<std::string, std::string> below;  // what is mounted where, by the path below the root
    bool is_lost = false;
  };

  std::optional<Identity> identity_of(const std::string& root, bool is_remote,
                                      const std::vector<base::MountedTree>& mounts);
  // Why it is not what it was; "": it is. Nothing: that cannot be told. `mounts`: null if what is mounted
  // below is not to be looked at.
  std::optional<std::string> trouble(const std::string& root, Watched& watched,
                                     const std::vector<base::MountedTree>* mounts, const Knows& knows);

  base::StoreCalls& calls_;
  SourceStates& states_;
  const base::UniqueFd mounts_fd_;
  std::map<std::string, Watched> watched_;
};

}  // namespace checkpointfs::fs
