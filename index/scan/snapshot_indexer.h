// SPDX-License-Identifier: Apache-2.0
// Puts one snapshot into the index: decodes it, finds its files, writes the rows.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/input_error.h"
#include "index/scan/file_finder.h"
#include "storage/beside.h"
#include "storage/metadata_file.h"

namespace checkpointfs::index {

// One per scan. All writing is done inside a transaction of the caller.
class SnapshotIndexer {
 public:
  // REQUIRES: the references outlive it.
  SnapshotIndexer(Connection& db, const storage::ScanRoots& directories, FileFinder& finder, FileRows& files,
                  SnapshotRows& snapshots)
      : db_(db), directories_(directories), finder_(finder), files_(files), snapshots_(snapshots) {}

  struct Target {
    int64_t directory_id = 0;
    storage::Location location;
    struct stat seen = {};                    // `_metadata` as the walk saw it, for what cannot be read
    std::vector<std::string> subdirectories;  // of the snapshot's directory, sorted
  };

  // Is true if the snapshot's `_metadata` is gone now, for sure.
  bool is_gone(const storage::Location& snapshot) const;

  enum class Stored {
    kYes,
    kGone,     // it vanished meanwhile; nothing is written
    kUnknown,  // nothing is written: what it needs is known only to a root that is silent
  };
  // Writes the snapshot as it was read now.
  Stored store(const Target& target, PreparedMetadata& preparation);
  // Looks again at the broken files of a snapshot whose metadata did not change. A changed file is
  // only marked: the snapshots that refer to it are stale then.
  void recheck(const Target& target, bool has_changelog);
  // Looks again at the state file of a projected one. A changed file is only marked, as above.
  void look_again(int64_t file_id);
  void look_again_at_state_file(int64_t state_file_id);
  // Seeks in all sources the lost files of the snapshots that were stored or rechecked so far. Returns true
  // if snapshots whose files were found are marked now, to be read again. Runs in a transaction of its own.
  bool heal();

 private:
  // The files that a snapshot lacks, and what would help.
  struct Wanting {
    std::string first;   // the first of them, and its status
    std::string advice;  // of the first that has one
    uint64_t denied = 0;
    uint64_t outside = 0;
    std::optional<storage::Beside> widest;  // of those outside
  };
  // A snapshot's rows in the making.
  struct Draft {
    SnapshotRow row;
    std::vector<ReferenceRow> references;
    std::vector<OperatorRow> operators;
    Stored stored = Stored::kYes;
    Wanting wanting;
  };
  void fill(const Target& target, PreparedMetadata& preparation, Draft* draft);
  struct Seeker {
    int64_t directory_id;
    storage::LostName lost;
  };
  void add_files(const NeededFiles& needed, const Target& target, const struct stat& metadata, Draft* draft);
  void add_wanting(const NeededStateFile& file, const storage::ProjectedFile& shown,
                   storage::FileStatus status, const storage::Location& snapshot, Wanting* wanting);
  void set_wanting(const Wanting& wanting, SnapshotRow* row) const;
  StateFileRow store_state_file(const NeededStateFile& file, const struct stat& metadata,
                                const storage::Location& snapshot);
  storage::StateFileFacts unresolved(const storage::FilePlace& place, const storage::Location& snapshot);
  const std::optional<storage::Beside>& beside_of(const std::string& uri, const storage::Location& snapshot);
  // Returns the remedy for a file that is too short; "" if there is none.
  std::string short_advice(const NeededStateFile& file, const storage::ProjectedFile& shown) const;
  std::string link_advice(const storage::FilePlace& place) const;

  Connection& db_;
  const storage::ScanRoots& directories_;
  FileFinder& finder_;
  FileRows& files_;
  SnapshotRows& snapshots_;
  std::vector<Seeker> seekers_;
  std::unordered_map<std::string, std::optional<storage::Beside>>
      beside_;  // of one snapshot, by directories of URIs
};

}  // namespace checkpointfs::index
