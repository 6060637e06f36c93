// SPDX-License-Identifier: Apache-2.0
// The control directory at the root of a mount: reachable by name, not listed.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "flink/rewrite.h"
#include "index/reader.h"

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

struct ControlStatus {
  std::string index_file;
  flink::Form form;
  std::chrono::system_clock::time_point mounted_at;  // the scan ended then
  uint64_t metadata_hits = 0;                        // of the cache of rewritten metadata
  uint64_t metadata_misses = 0;
  size_t open_files = 0;
  IoStatus io;
  std::string metrics_url;  // "": they are not served
};

// Text of `.checkpointfs/status` now.
std::string control_status(index::Reader& reader, const ControlStatus& status, const Counters& counters);

}  // namespace checkpointfs::fs
