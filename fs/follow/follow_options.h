// SPDX-License-Identifier: Apache-2.0
// The options of a Follower.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "flink/rewrite.h"

namespace checkpointfs::fs {

struct FollowOptions {
  std::vector<std::string> sources;  // real paths
  std::string index_file;
  flink::Form form;
  std::string purpose;  // for the IndexLock: "mount at /mnt/x"
  // The interval at which every source is polled; 0: no source is, and only changes of the index are
  // followed. Nothing: local sources are watched, the others are polled for a twentieth of the time.
  std::optional<std::chrono::seconds> poll;
};

}  // namespace checkpointfs::fs
