// SPDX-License-Identifier: Apache-2.0
// Snapshots grouped by job, as `list` and `jobs` print them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/output/colour.h"
#include "cli/query/space_usage.h"
#include "index/database/types.h"
#include "index/read/newest.h"
#include "labels/job_labels.h"

namespace checkpointfs::cli {

struct ListedSnapshot {
  index::Snapshot snapshot;
  SpaceUsage usage;
  bool newest = false;  // the newest usable one of its job
};

struct ListedJob {
  std::string job;    // its path in the projection
  std::string label;  // "" without one
  std::string name;   // for people: the label and the first digits of the id, or the shortened path
  SpaceUsage usage;
  std::vector<ListedSnapshot> snapshots;

  // The newest usable snapshot, if it is in the list.
  const ListedSnapshot* newest() const;
  uint64_t broken() const;  // snapshots that are not sound
  int64_t last_time_ns() const;
};

// Returns the names of jobs for people, by their paths: the label, if a job has one, and the first digits of
// its id; else the path with these digits. Copies of a labelled job have the path beside the label, so that
// no two jobs have one name.
std::map<std::string, std::string> names_of_jobs(const std::vector<std::string>& jobs,
                                                 const labels::JobLabels& labels);

enum class ListOrder : uint8_t { kTime, kSize, kOwn, kName };

// Parses "time", "size", "own" or "name". Throws Failure(kUsage).
ListOrder parse_list_order(const std::string& text);

struct ListFilter {
  std::optional<std::set<std::string>> jobs = {};  // paths as by job_of(); nothing for all
  std::vector<std::string> statuses = {};          // names of SnapshotStatus; empty for all
  bool newest_only = false;
};

struct JobListing {
  std::vector<ListedJob> jobs;
  SpaceUsage all;    // of the listed snapshots
  size_t count = 0;  // of them
};

// Groups those of `snapshots` that pass the filter; sizes are those of the whole jobs and snapshots. The
// first in `order` comes first: jobs by their first snapshot, times and sizes beginning with the latest and
// largest.
JobListing list_jobs(index::Reader& reader, std::vector<index::Snapshot> snapshots,
                     const index::Newest& newest, const ListFilter& filter, ListOrder order);

// Red for a snapshot that is damaged, yellow for one that cannot be judged from here.
Colour status_colour(index::SnapshotStatus status);

// "5 d": the time from `ns` (since the epoch) to now, in its largest unit; "" if it lies ahead.
std::string age_text(int64_t ns, int64_t now_ns);
int64_t now_ns();

}  // namespace checkpointfs::cli
