// SPDX-License-Identifier: Apache-2.0
// The metrics of a mount as text, in the formats OpenMetrics and Prometheus.
//
// A mount serves its metrics at .checkpointfs/metrics and, with -o metrics, over HTTP. MetricsFacts has the
// values, which fs/status/metrics_facts.h collects at each request; metrics_text() writes them.
// http_exchange.h turns requests into answers, metrics_server.h has the sockets; metrics_address.h parses its
// address, and metrics_accept.h chooses the format. One thread serves all connections, so no lock is needed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::fs {

enum class MetricsFormat {
  kOpenMetrics,  // 1.0.0
  kPrometheus,   // text format 0.0.4, for scrapers that do not know OpenMetrics
};

// The progress of the follower.
struct FollowFacts {
  double lag_seconds = 0;    // since the first change in the sources that is not shown yet
  int64_t last_scan_ns = 0;  // the beginning of the last complete scan, since the epoch
  uint64_t scans = 0;
  uint64_t scan_errors = 0;
  // The beginning of the last complete check of all files.
  std::optional<int64_t> last_file_check_ns = {};
};

struct MetricsFacts {
  std::string version;
  int64_t now_ns = 0;      // since the epoch, as all times
  int64_t started_ns = 0;  // the beginning of the mount

  std::array<uint64_t, index::kSnapshotStatuses> snapshots = {};  // by SnapshotStatus
  uint64_t broken_snapshots = 0;
  // The time of the newest checkpoint that can be restored, by job: the projected directory that holds it.
  std::map<std::string, int64_t> newest_ns;
  std::map<std::string, std::string> job_names;  // labels of jobs, by the same directory

  // Projected files, each once.
  uint64_t files = 0;
  uint64_t missing_files = 0;  // not kOk
  uint64_t file_bytes = 0;
  uint64_t exclusive_bytes = 0;  // of files that one snapshot refers to
  uint64_t shared_bytes = 0;     // of files that several snapshots refer to
  uint64_t projected_bytes = 0;  // each file as often as it is projected

  std::vector<std::pair<std::string_view, uint64_t>> requests;  // by kind
  uint64_t errors = 0;
  uint64_t read_bytes = 0;
  uint64_t open_files = 0;
  uint64_t holds = 0;
  uint64_t metadata_cache_hits = 0;
  uint64_t metadata_cache_misses = 0;

  // For how long each root has not answered; 0: it answers.
  std::map<std::string, double> waiting_seconds;

  // True for each root that is not the directory that it was.
  std::map<std::string, bool> is_lost;

  std::optional<FollowFacts> follow;
};

// Writes the same families in either format, in the order of the man page.
std::string metrics_text(const MetricsFacts& facts, MetricsFormat format = MetricsFormat::kOpenMetrics);

// The text of a label between the quotes: hostile bytes are escaped by base::printable(), and then special
// characters by the rules of the format.
std::string metrics_label(std::string_view value);

}  // namespace checkpointfs::fs
