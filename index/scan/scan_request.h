// SPDX-License-Identifier: Apache-2.0
// The request for a scan, and its result.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/threads/store_calls.h"
#include "storage/types.h"

namespace checkpointfs::index {

// The parts of the sources that a scan looks at, and the observers of the scan.
struct ScanRequest {
  std::vector<storage::Place> scopes = {};  // empty: every source. Nothing outside of them is taken for gone
  // Called for each directory that is entered, before it is listed. `fd` is open with O_DIRECTORY.
  std::function<void(const storage::Place& directory, int fd)> entered = {};
  // Projected files (rows) that are not as the index has them: they are looked at again.
  std::vector<int64_t> suspects = {};
  // A `_metadata` that ends too early is in progress while it is younger than this: it is not indexed.
  std::chrono::seconds settling{0};
  // Roots that do not answer are not waited for, if there are several: all of theirs stays as it is, and so
  // does each snapshot that names something there which the index does not know. May be null. Outlives the
  // scan.
  base::StoreCalls* calls = nullptr;
  // Now and then: the number of snapshots done and found so far.
  std::function<void(uint64_t done, uint64_t found)> progress = {};
};

struct ScanResult {
  uint64_t snapshots = 0;        // now in the index
  uint64_t metadata_read = 0;    // `_metadata` files that were read, the others had not changed
  uint64_t removed = 0;          // snapshots that are gone
  uint64_t files_looked_at = 0;  // stat calls on state files
  std::vector<std::string> unreadable_directories;  // could not be listed: what was known below them is kept
  // Links and directories that could lead to snapshots, and are not shown, with why in brackets.
  std::vector<std::string> passed_over;
  std::vector<storage::Mapping> inferred;   // mappings found by this scan
  std::vector<storage::Place> in_progress;  // snapshots that are being written: see settling
  std::vector<std::string> silent;          // roots that did not answer, or failed
  std::vector<std::string> failed;          // why, of those that failed
  uint64_t unknown = 0;                     // snapshots that stay as they are because of those
};

// A mount hears of more than a command knows.
struct MountScanRequest : ScanRequest {
  // State files (rows) that may not be as the index has them: they are looked at again.
  std::vector<int64_t> state_files = {};
  // Paths of roots that are not what they were: they are taken for such that do not answer.
  std::set<std::string> refused = {};
  // If there is no index, the one that is made gives ids above this one only: the kernel knows files of the
  // index before by inode numbers that are made of ids.
  int64_t ids_above = 0;

  bool has_suspects() const { return !suspects.empty() || !state_files.empty(); }
  // Looks at all sources.
  bool is_whole() const { return scopes.empty() && !has_suspects(); }
};

}  // namespace checkpointfs::index
