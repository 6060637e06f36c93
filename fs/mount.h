// SPDX-License-Identifier: Apache-2.0
// Mounting the projection of an index, and unmounting it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flink/rewrite.h"
#include "fs/io_mode.h"
#include "fs/metrics_address.h"

namespace checkpointfs::fs {

struct MountOptions {
  std::string index_file;   // up to date, and locked by the caller for the life of the mount
  std::string mount_point;  // as prepare_mount_point() returned it
  std::string name;         // shown in the first column of mount(8): the source
  // kAbsolute: `prefix` is that of all snapshots; each one's path in the projection is appended.
  flink::Form form;
  bool allow_other = false;
  IoMode io = IoMode::kAuto;
  std::optional<MetricsAddress> metrics;  // where they are served over HTTP
  // Further words for libfuse's -o, checked by libfuse ("auto_unmount").
  std::vector<std::string> fuse_options;
};

// The real path of `path`, which must be an empty directory outside of all `sources`. A dead mount of
// checkpointfs (its process was killed) found there is detached first; nothing of anybody else's is. Throws
// Failure(kMountPoint).
std::string prepare_mount_point(const std::string& path, const std::vector<std::string>& sources);

// Mounts, answers the kernel until somebody unmounts or SIGTERM, SIGINT or SIGHUP arrives, and unmounts.
// `ready` is called once the kernel has been answered (FUSE_INIT) and the mount can be used.
// Throws Failure(kMount, kMountPoint, kIndex), and SystemError where metrics cannot be served; no mount is
// left behind.
void serve(const MountOptions& options, const std::function<void()>& ready);

// Unmounts the checkpointfs mount at `path`, a dead one too, and returns when its process has let go of the
// index. `lazy`: detaches it even while it is in use. Throws Failure(kMountPoint) if there is no mount of
// checkpointfs, Failure(kMount) if it is busy, Failure(kInUse) if it is unmounted but its process does not
// end.
void unmount(const std::string& path, bool lazy);

}  // namespace checkpointfs::fs
