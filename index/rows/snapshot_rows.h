// SPDX-License-Identifier: Apache-2.0
// Writing the tables `snapshots` and `references`.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "index/database/sqlite.h"
#include "index/database/types.h"
#include "index/rows/file_rows.h"

namespace checkpointfs::index {

// The attributes that tell whether a `_metadata` is still the one that was read.
struct MetadataIdentity {
  int64_t device = 0;
  int64_t inode = 0;  // 0: it could not be read, so it is always another one
  int64_t size = 0;
  int64_t mtime_ns = 0;
  friend bool operator==(const MetadataIdentity&, const MetadataIdentity&) = default;
};

MetadataIdentity identity_of(const struct stat& st);

struct SnapshotRow {
  MetadataIdentity identity;
  int64_t mode = 0;
  int64_t uid = 0;
  int64_t gid = 0;
  SnapshotStatus status = SnapshotStatus::kOk;
  std::string reason;
  int64_t version = 0;
  std::string kind = {};
  int64_t checkpoint_id = 0;
  int64_t owned_size = 0;
  int64_t job_size = 0;
  int64_t file_handles = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t broken_files = 0;
  bool has_changelog = false;
  bool stale = false;
  friend bool operator==(const SnapshotRow&, const SnapshotRow&) = default;
};

struct ReferenceRow {
  int64_t file_id = 0;
  std::optional<std::string> alias;
  friend bool operator==(const ReferenceRow&, const ReferenceRow&) = default;
};

struct OperatorRow {
  std::string operator_id;
  std::string name;
  std::string uid;
  int64_t parallelism = 0;
  int64_t max_parallelism = 0;
  int64_t inline_bytes = 0;
  int64_t file_bytes = 0;
  friend bool operator==(const OperatorRow&, const OperatorRow&) = default;
};

class SnapshotRows {
 public:
  // REQUIRES: both outlive it.
  SnapshotRows(Connection& db, FileRows& files);

  std::optional<SnapshotRow> find(int64_t directory_id);
  // Writes what differs from what is there.
  void store(int64_t directory_id, const SnapshotRow& row, const std::vector<ReferenceRow>& references,
             const std::vector<OperatorRow>& operators);
  void remove(int64_t directory_id);

  // The owner and permissions of an unchanged `_metadata`.
  void store_owner(int64_t directory_id, const struct stat& st);

  // Marks snapshots to be read again: one; those that refer to a state file; those at or below a directory of
  // a source, all or only those that are not ok.
  void mark_stale(int64_t directory_id);
  void mark_stale_by_state_file(int64_t state_file_id);
  void mark_stale_below(int64_t root_id, const std::string& path, bool all);

  // Is true if a file of the snapshot has one of these names.
  bool shows_any_of(int64_t directory_id, const std::vector<std::string>& names);

  // The value that `changed` of what is stored gets.
  int64_t this_scan() const { return this_scan_; }

 private:
  std::vector<ReferenceRow> references(int64_t directory_id);
  std::vector<OperatorRow> operators(int64_t directory_id);
  void replace_operators(int64_t directory_id, const std::vector<OperatorRow>& after);
  void replace_references(int64_t directory_id, const std::vector<ReferenceRow>& before,
                          const std::vector<ReferenceRow>& after);

  Connection& db_;
  FileRows& files_;
  const int64_t this_scan_;
};

}  // namespace checkpointfs::index
