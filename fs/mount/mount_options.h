// SPDX-License-Identifier: Apache-2.0
// The options of a mount, as the commands have checked them.
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
#include "fs/io/host_costs.h"
#include "fs/io/io_mode.h"
#include "fs/metrics/metrics_address.h"
#include "fs/state/state_tree.h"
#include "fs/status/source_mounter.h"

namespace checkpointfs::fs {

struct MountOptions {
  std::vector<std::string> sources;  // real paths, those of the index
  std::string index_file;            // REQUIRES: up to date with the sources
  std::string mount_point;           // as prepare_mount_point() returned it
  std::string name;                  // shown in the first column of mount(8): the source
  // kAbsolute: `prefix` is that of all snapshots; each one's path in the projection is appended.
  flink::Form form;
  bool allow_other = false;
  std::optional<ReleaseOptions> release;  // REQUIRES: pin_on_open too
  IoMode io = IoMode::kAuto;
  // Called where kAuto has to weigh the modes. If it throws, kUsualHostCosts are taken.
  std::function<HostCosts()> host_costs = measure_host_costs;
  bool affinity = false;  // see Affinity
  // Snapshots are held while they are in use, and for so long afterwards; see Holds. REQUIRES: `io` is not
  // kPush.
  std::optional<std::chrono::seconds> pin_on_open;
  StateShown state =
      StateShown::kNone;  // in `.checkpointfs/state`. REQUIRES: `io` is not kPush with keyed state
  std::optional<std::chrono::seconds> poll;  // see FollowOptions
  bool hangup_stops = false;                 // SIGHUP ends the mount: it runs in a terminal
  std::optional<MetricsAddress> metrics;     // where metrics are served over HTTP; nothing: they are not
  SourceMounter* source_mounter = nullptr;   // mounts some of the sources; may be null. Outlives the mount
  // The /dev/fuse of a mount that another process has made and will unmount; -1: RunningMount mounts and
  // unmounts.
  int device = -1;
  std::shared_ptr<base::StoreCalls> calls;  // those of the scan before the mount; may be null
  // Further words for libfuse's -o, checked by libfuse ("auto_unmount").
  std::vector<std::string> fuse_options;
};

}  // namespace checkpointfs::fs
