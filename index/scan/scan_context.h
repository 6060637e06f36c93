// SPDX-License-Identifier: Apache-2.0
// ScanContext: the objects that all steps of one scan share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/threads/parallel_calls.h"
#include "index/rows/directory_rows.h"
#include "index/rows/file_rows.h"
#include "index/rows/passages.h"
#include "index/rows/snapshot_rows.h"
#include "index/scan/configuration_rows.h"
#include "index/scan/file_finder.h"
#include "index/scan/scan_request.h"
#include "index/scan/snapshot_indexer.h"
#include "storage/root_directories.h"

namespace checkpointfs::index {

class ScanContext {
 public:
  // REQUIRES: the references outlive it.
  ScanContext(Connection& connection, const StoredConfiguration& configuration,
              const MountScanRequest& scan_request);
  ScanContext(const ScanContext&) = delete;
  ScanContext& operator=(const ScanContext&) = delete;

  // The path of a root.
  const std::string& path_of(int64_t root_id) const;

  // Notes in the index, once this scan has written, that a scan is unfinished. Times of directories, and rows
  // that nothing needs any more, are put right at the end only, so the next scan must know that a scan did
  // not get there.
  void mark_unfinished();
  // The scan before ended early.
  bool was_interrupted() const { return interrupted_; }
  // This scan has written, or the one before ended early.
  bool is_unfinished() const { return unfinished_; }

  Connection& db;
  const MountScanRequest& request;
  const std::vector<storage::Root> roots;
  storage::ScanRoots directories;
  base::ParallelCalls workers;
  Passages passages;
  DirectoryRows directory_rows;
  FileRows files;
  SnapshotRows snapshots;
  FileFinder finder;
  SnapshotIndexer indexer;
  ScanResult result;

 private:
  const int64_t changes_at_start_;
  const bool interrupted_;
  bool unfinished_;
};

}  // namespace checkpointfs::index
