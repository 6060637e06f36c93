// SPDX-License-Identifier: Apache-2.0
// A mount whose process has no privileges.
#pragma once

#include <sys/types.h>

#include "base/unique_fd.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::fs {

// Mounts, and then gives up all privileges, before anything is read that others have written. A process
// stays beside this one that may mount and unmount, and does nothing but wait until this one has ended, in
// whatever way: then it unmounts.
class UnprivilegedMount {
 public:
  // Throws Failure(kUsage) if this process has not the privileges for that, Failure(kMount). REQUIRES: there
  // is no other thread.
  explicit UnprivilegedMount(const MountOptions& options);
  // Waits for the other process.
  ~UnprivilegedMount();
  UnprivilegedMount(const UnprivilegedMount&) = delete;
  UnprivilegedMount& operator=(const UnprivilegedMount&) = delete;

  // That of MountOptions. RunningMount closes it.
  int device() const { return device_; }

 private:
  int device_ = -1;
  base::UniqueFd alive_;
  pid_t unmounter_ = -1;
};

}  // namespace checkpointfs::fs
