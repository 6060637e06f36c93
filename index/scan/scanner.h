// SPDX-License-Identifier: Apache-2.0
// One scan: walks the sources, puts into the index what is new or changed, takes out what is gone.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/threads/task_pool.h"
#include "index/rows/directory_rows.h"
#include "index/rows/passages.h"
#include "index/scan/configuration.h"
#include "index/scan/configuration_rows.h"
#include "index/scan/file_finder.h"
#include "index/scan/scan_request.h"
#include "index/scan/snapshot_indexer.h"
#include "storage/walk.h"

namespace checkpointfs::index {

class Scanner {
 public:
  // REQUIRES: the references outlive it.
  Scanner(Connection& db, const StoredConfiguration& configuration, const MountScanRequest& request);

  ScanResult run();

 private:
  struct Candidate {
    SnapshotIndexer::Target target;
    std::shared_ptr<storage::FoundDirectory> directory;  // null: the row is there
    bool read = false;
    std::future<std::unique_ptr<PreparedMetadata>> preparation;  // if it is made ahead
  };
  struct Unreadable {
    int64_t root_id;
    std::string path;
  };

  // All of the source, or one directory of it.
  void walk_source(const storage::Root& root, const std::string& path);
  // At what the request suspects.
  void look_again();
  void note_passed_over(const storage::Root& root, const std::string& path, storage::PassedOver why);
  // What lies outside of the request's scopes is as it was.
  void keep_outside_of_scopes();
  // Its path.
  const std::string& source_of(int64_t root_id) const;
  bool is_whole() const { return request_.scopes.empty() && !request_.has_suspects(); }
  bool is_in_scope(int64_t root_id, const std::string& path) const;
  // Whether somebody is still writing this `_metadata`.
  bool is_in_progress(const SnapshotIndexer::Target& target, const PreparedMetadata& read) const;
  void add(const storage::Root& root, storage::FoundSnapshot found);
  // What reads the metadata beneath its root.
  static auto metadata_of(const storage::Location& location) {
    return [path = location.path](int root) { return storage::read_metadata_file(root, path); };
  }
  // Whether its `_metadata` must be read; fills in the row's id, if there is one.
  void classify(Candidate* candidate);
  // Has what is to be read of the batch prepared, and meanwhile writes the batch before.
  void process_batch();
  void write_batch();
  void process(Candidate& candidate);
  // What is in the index of the snapshot stays, to be looked at by another scan.
  void keep(const SnapshotIndexer::Target& target);
  void prepare_ahead(Candidate* candidate);
  // Null: its root is silent.
  std::unique_ptr<PreparedMetadata> preparation_of(Candidate& candidate);
  // Writes what is left.
  void finish_batches();
  // Notes in the index that a scan has begun to write, until it ends.
  void mark_unfinished();

  std::vector<Candidate> stale_candidates();
  // Reads the stale snapshots that the walk has seen. False if there are none.
  bool process_stale();
  // The same again, for what becomes stale through it.
  void process_all_stale();
  void look_at_passages();
  void finish();
  void remove_vanished();
  bool is_kept(int64_t root_id, const std::string& path) const;

  Connection& db_;
  const std::vector<storage::Root> roots_;
  storage::ScanRoots directories_;
  base::ParallelCalls workers_;
  Passages passages_;
  DirectoryRows directory_rows_;
  FileRows files_;
  SnapshotRows snapshots_;
  FileFinder finder_;
  SnapshotIndexer indexer_;
  const MountScanRequest& request_;
  const int64_t changes_at_start_;
  const bool interrupted_;  // the scan before ended early
  bool unfinished_;         // or this scan has written

  std::vector<Candidate> batch_;
  std::vector<Candidate> prepared_;  // the batch before
  int64_t batch_bytes_ = 0;
  std::chrono::steady_clock::time_point batch_start_;
  std::unordered_set<int64_t> seen_;
  std::unordered_set<int64_t> kept_;  // of those: not to be read by this scan
  std::unordered_map<int64_t, std::vector<std::string>> subdirectories_;  // of snapshots that have any
  std::vector<Unreadable> unreadable_;
  uint64_t found_ = 0;
  uint64_t done_ = 0;
  ScanResult result_;
  // After everything that they use.
  base::TaskPool readers_;
  base::TaskPool preparers_;
};

}  // namespace checkpointfs::index
