// SPDX-License-Identifier: Apache-2.0
// Mounting the projection of an index, and unmounting it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/threads/store_calls.h"
#include "flink/rewrite.h"
#include "fs/hold/release_options.h"
#include "fs/io/io_mode.h"
#include "fs/metrics/metrics_address.h"
#include "fs/status/source_mounter.h"
#include "index/database/lock.h"

namespace checkpointfs::fs {

struct MountOptions {
  std::vector<std::string> sources;  // real paths, those of the index
  std::string index_file;            // up to date
  std::string mount_point;           // as prepare_mount_point() returned it
  std::string name;                  // shown in the first column of mount(8): the source
  // kAbsolute: `prefix` is that of all snapshots; each one's path in the projection is appended.
  flink::Form form;
  bool allow_other = false;
  std::optional<ReleaseOptions> release;  // REQUIRES: pin_on_open too
  IoMode io = IoMode::kAuto;
  // Snapshots are held while they are in use, and for so long afterwards; see Holds. REQUIRES: `io` is not
  // kPush.
  std::optional<std::chrono::seconds> pin_on_open;
  std::optional<std::chrono::seconds> poll;  // see FollowOptions
  bool hangup_stops = false;                 // SIGHUP ends the mount, as that of the terminal it runs in
  std::optional<MetricsAddress> metrics;     // where they are served over HTTP
  SourceMounter* backing = nullptr;          // of some of the sources; may be null. Outlives the mount
  // That of a mount that is there already, and that somebody else unmounts; -1: serve() does both.
  int device = -1;
  std::shared_ptr<base::StoreCalls> calls;  // those of the scan before; may be null
  // Further words for libfuse's -o, checked by libfuse ("auto_unmount").
  std::vector<std::string> fuse_options;
};

// The real path of `path`, which must be an empty directory outside of all `sources` (real paths). A dead
// mount of checkpointfs (its process was killed) found there is detached first; nothing of anybody else's is.
// Throws Failure(kMountPoint).
std::string prepare_mount_point(const std::string& path, const std::vector<std::string>& sources);

// Throws Failure(kMountPoint) if `path`, which is really `real`, lies in one of the `sources`.
void refuse_inside_sources(const std::string& path, const std::string& real,
                           const std::vector<std::string>& sources);

// Mounts, answers the kernel and follows the sources until somebody unmounts or SIGTERM or SIGINT arrives,
// and unmounts. SIGUSR1 has it look at the sources at once; SIGHUP too, and it opens the log file again.
// `lock`: that of the index, which is given back as soon as the index has been opened. `ready` is called once
// the kernel has been answered (FUSE_INIT) and the mount can be used. Throws Failure(kMount, kMountPoint,
// kIndex), and SystemError where metrics cannot be served; no mount is left behind.
void serve(const MountOptions& options, index::IndexLock lock, const std::function<void()>& ready);

// Detaches whatever is mounted at `path`, dead or alive. Returns 0 or an errno.
int detach_mount(const std::string& path);

// Unmounts the checkpointfs mount at `path`, a dead one too, and returns when its process has ended. `lazy`:
// detaches it even while it is in use. Throws Failure(kMountPoint) if there is no mount of checkpointfs,
// Failure(kMount) if it is busy, Failure(kInUse) if it is unmounted but its process does not end.
void unmount(const std::string& path, bool lazy);

}  // namespace checkpointfs::fs
