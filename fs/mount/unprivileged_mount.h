// SPDX-License-Identifier: Apache-2.0
// A mount whose process has no privileges.
#pragma once

#include <sys/types.h>

#include "base/unique_fd.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::fs {

// Privileges (-o drop_privileges): mounts, as mount.fuse3 would, and then gives up all privileges, before
// anything of the storage is read. A second process stays, which may mount and unmount, and waits at a pipe
// for the end of this process, however it ends, to unmount.
class UnprivilegedMount {
 public:
  // Throws Failure(kUsage) if this process lacks the privileges to mount, Failure(kMount). REQUIRES: there is
  // no other thread.
  explicit UnprivilegedMount(const MountOptions& options);
  // Waits for the end of the second process.
  ~UnprivilegedMount();
  UnprivilegedMount(const UnprivilegedMount&) = delete;
  UnprivilegedMount& operator=(const UnprivilegedMount&) = delete;

  // The device for MountOptions. RunningMount closes it.
  int device() const { return device_; }

 private:
  int device_ = -1;
  base::UniqueFd alive_;  // the end of the pipe that closes with this process
  pid_t unmounter_ = -1;  // the second process
};

}  // namespace checkpointfs::fs
