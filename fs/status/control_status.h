// SPDX-License-Identifier: Apache-2.0
// The control directory at the root of a mount: reachable by name, not listed.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flink/rewrite.h"
#include "fs/status/source_mounter.h"
#include "fs/status/file_check.h"
#include "fs/status/source_states.h"
#include "fs/status/store_limiter.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

inline constexpr char kControlName[] = ".checkpointfs";
inline constexpr char kControlStatusName[] = "status";     // JSON
inline constexpr char kControlMetricsName[] = "metrics";   // OpenMetrics
inline constexpr char kControlIndexName[] = "index";       // a directory
inline constexpr char kControlIndexPath[] = "index/path";  // path of the index file, one line

inline constexpr char kControlOperatorsName[] = "operators";
inline constexpr char kControlJobsName[] = "jobs";
inline constexpr char kControlLatestName[] = "latest";
inline constexpr char kControlByTimeName[] = "by-time";

// What the kernel has asked of a mount.
struct Counters {
  std::atomic<uint64_t> lookups = 0;
  std::atomic<uint64_t> attributes = 0;
  std::atomic<uint64_t> listings = 0;  // pages of directories
  std::atomic<uint64_t> xattrs = 0;
  std::atomic<uint64_t> opens = 0;
  std::atomic<uint64_t> releases = 0;
  std::atomic<uint64_t> flushes = 0;
  std::atomic<uint64_t> forgets = 0;  // inodes
  std::atomic<uint64_t> reads = 0;
  std::atomic<uint64_t> bytes_read = 0;
  std::atomic<uint64_t> errors = 0;  // answers that were one, but for names that are not there
};

// How bytes get to the kernel; "on" or "off, " and the reason.
struct IoStatus {
  std::string mode;
  std::string why;
  std::string passthrough;
  std::string io_uring;
  uint64_t stored_files = 0;  // put into the kernel's page cache before they were read
};

// How the mount keeps up with its sources.
struct FollowStatus {
  std::string how;     // "inotify", "polling" or "off"
  std::string why;     // it is not inotify
  std::string error;   // of the last update; empty: it went well
  uint64_t scans = 0;  // since the mount began
  uint64_t failed_scans = 0;
  uint64_t changes = 0;                           // scans after which the mount shows something else
  double interval_seconds = 0;                    // of polling
  double behind_seconds = 0;                      // since the first change that is not shown yet; 0: none
  std::chrono::system_clock::time_point scanned;  // when the last one began that went well
  FileCheckStatus files;
};

// Snapshots that are held, see fs/holds.h.
struct HoldsStatus {
  std::optional<std::chrono::seconds> grace;  // nothing: none ever is
  size_t descriptors = 0;                     // that they take
  size_t most_descriptors = 0;
  size_t refused = 0;  // snapshots that have too many files
  struct One {
    std::string snapshot;
    size_t files = 0;
    double seconds = 0;  // since it was taken
  };
  std::vector<One> holds;
};

struct ControlStatus {
  std::string index_file;
  flink::Form form;
  std::chrono::system_clock::time_point mounted_at;
  uint64_t metadata_hits = 0;  // of the cache of rewritten metadata
  uint64_t metadata_misses = 0;
  size_t open_files = 0;
  IoStatus io;
  FollowStatus following;
  HoldsStatus holding;
  std::string metrics_url;  // "": they are not served
  std::vector<StoreLimiter::Hanging> hanging;
  std::map<std::string, SourceStates::Lost> lost_sources;  // by path
  std::vector<SourceMounter::Status> backing;
};

// Text of `.checkpointfs/status` now.
std::string control_status(index::Reader& reader, const ControlStatus& status, const Counters& counters);

}  // namespace checkpointfs::fs
