// SPDX-License-Identifier: Apache-2.0
// BatchWriter: takes candidates and writes them to the index, in batches, several of them in one transaction.
// While a batch is prepared by other threads, the batch before is written.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "index/database/sqlite.h"
#include "index/scan/candidate.h"
#include "index/scan/metadata_preparer.h"
#include "index/scan/scan_context.h"
#include "storage/walk.h"

namespace checkpointfs::index {

// Rows are written in the order in which the candidates came.
class BatchWriter {
 public:
  // REQUIRES: `scan` outlives it.
  explicit BatchWriter(ScanContext& scan) : scan_(scan), preparer_(scan) {}

  // A snapshot that the walk has found.
  void add(int64_t root_id, storage::FoundSnapshot found);
  // Writes all of `stale`, and what was added before.
  void write_stale(std::vector<Candidate> stale);
  // Writes what is left.
  void finish();

  // The scan has found the snapshot, or it is outside of the scan's scopes: its row stays.
  void mark_seen(int64_t directory_id) { seen_.insert(directory_id); }
  bool is_seen(int64_t directory_id) const { return seen_.contains(directory_id); }
  // This scan must not read the snapshot again: only a silent root knows the files that it needs.
  bool is_kept(int64_t directory_id) const { return kept_.contains(directory_id); }
  // The sub-directories of a snapshot that the walk has found; empty if it has none.
  std::vector<std::string> subdirectories_of(int64_t directory_id) const;

 private:
  struct Classified {
    Candidate::Kind kind = Candidate::Kind::kChanged;
    int64_t directory_id = 0;  // 0: kChanged
  };
  Classified classify(const SnapshotIndexer::Target& target);
  void prepare_batch();
  void write_batch();
  void commit();
  void write(Candidate candidate);
  void write_read(const SnapshotIndexer::Target& target, PreparedMetadata& read);
  void write_known(const SnapshotIndexer::Target& target);
  void keep(const SnapshotIndexer::Target& target);
  bool is_in_progress(const SnapshotIndexer::Target& target, const PreparedMetadata& read) const;

  ScanContext& scan_;
  std::vector<Candidate> batch_;
  std::vector<Candidate> prepared_;  // the batch before
  int64_t batch_bytes_ = 0;
  std::chrono::steady_clock::time_point batch_start_;
  std::optional<Transaction> transaction_;
  std::chrono::steady_clock::time_point transaction_start_;
  std::unordered_set<int64_t> seen_;
  std::unordered_set<int64_t> kept_;
  std::unordered_map<int64_t, std::vector<std::string>> subdirectories_;  // of snapshots that have any
  uint64_t found_ = 0;
  uint64_t done_ = 0;
  MetadataPreparer preparer_;  // last: its threads use the scan
};

}  // namespace checkpointfs::index
