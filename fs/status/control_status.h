// SPDX-License-Identifier: Apache-2.0
// The JSON text `.checkpointfs/status`, and the names of the control directory.
//
// The folder collects what a mount knows about itself: control_status.h and metrics_facts.h put together the
// texts from the index, Counters and the parts of the mount. It also watches the backing stores:
// store_limiter.h shares the threads among them, source_states.h has the roots that are not what they were,
// file_check.h looks at all known state files again and again, source_mounter.h is the interface of programs
// that mount remote stores.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/rewrite.h"
#include "fs/status/source_mounter.h"
#include "fs/status/file_check.h"
#include "fs/status/source_states.h"
#include "fs/status/store_limiter.h"
#include "index/read/reader.h"
#include "storage/control_name.h"

namespace checkpointfs::fs {

// At the root of a mount: reachable by name, not listed.
inline constexpr auto& kControlName = storage::kControlDirectory;
inline constexpr char kControlStatusName[] = "status";     // JSON
inline constexpr char kControlMetricsName[] = "metrics";   // OpenMetrics
inline constexpr char kControlIndexName[] = "index";       // a directory
inline constexpr char kControlIndexPath[] = "index/path";  // path of the index file, one line

inline constexpr char kControlOperatorsName[] = "operators";
inline constexpr char kControlJobsName[] = "jobs";
inline constexpr char kControlStateName[] = "state";
inline constexpr char kControlLatestName[] = "latest";
inline constexpr char kControlByTimeName[] = "by-time";
inline constexpr char kControlByNameName[] = "by-name";

// Requests of the kernel.
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
  std::atomic<uint64_t> errors = 0;  // errors that were answered, but for names that are not there

  // The requests for which programs wait.
  uint64_t awaited() const { return lookups + attributes + listings + xattrs + opens + reads; }
};

// The way of bytes to the kernel.
struct IoStatus {
  std::string mode;
  std::string why;
  std::string passthrough;        // "on", or "off, " and the reason
  std::string io_uring;           // likewise
  std::string affinity;           // likewise; which processors answer
  uint64_t affinity_choices = 0;  // see Affinity::choices()
  uint64_t stored_files = 0;      // put into the kernel's page cache before they were read
};

// The progress of the follower.
struct FollowStatus {
  std::string how;     // "inotify", "polling" or "off"
  std::string why;     // the reason if `how` is not inotify
  std::string error;   // of the last update; empty if it succeeded
  uint64_t scans = 0;  // since the mount began
  uint64_t failed_scans = 0;
  uint64_t changes = 0;                           // scans that changed the projection
  double interval_seconds = 0;                    // of polling
  double behind_seconds = 0;                      // since the first change that is not shown yet; 0: none
  std::chrono::system_clock::time_point scanned;  // the beginning of the last complete scan
  FileCheckStatus files;
};

// The snapshots that are held, see fs/hold/shown_tree.h.
struct HoldsStatus {
  std::optional<std::chrono::seconds> grace;  // nothing: no snapshot is ever held
  size_t descriptors = 0;                     // in use
  size_t most_descriptors = 0;
  size_t refused = 0;  // snapshots that have too many files
  struct One {
    std::string snapshot;
    size_t files = 0;
    double seconds = 0;  // since the hold began
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
  std::string metrics_url;  // "": metrics are not served
  std::vector<StoreLimiter::Hanging> hanging;
  std::map<std::string, SourceStates::Lost> lost_sources;  // by path
  std::vector<SourceMounter::Status> backing;
};

// The text of `.checkpointfs/status` now.
std::string control_status(index::Reader& reader, const ControlStatus& status, const Counters& counters);

}  // namespace checkpointfs::fs
