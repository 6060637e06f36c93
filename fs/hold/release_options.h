// SPDX-License-Identifier: Apache-2.0
// Options for the removal of snapshots through the mount (-o release).
#pragma once

#include <cstdint>

namespace checkpointfs::fs {

struct ReleaseOptions {
  bool force_newest = false;  // even the newest checkpoint of a job
  int64_t grace_ns = 0;       // files that are younger stay in the source
};

}  // namespace checkpointfs::fs
