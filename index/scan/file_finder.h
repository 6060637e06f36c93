// SPDX-License-Identifier: Apache-2.0
// Finds the state files that a snapshot needs: where they lie, what the index knows of them, and, for those
// that it does not know or that were broken, what a look at them says now.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/threads/parallel_calls.h"
#include "flink/metadata.h"
#include "index/rows/file_rows.h"
#include "index/rows/snapshot_rows.h"
#include "index/scan/configuration.h"
#include "index/scan/configuration_rows.h"
#include "index/scan/prepared_metadata.h"
#include "storage/mapping_inference.h"
#include "storage/relocated_files.h"
#include "storage/resolver.h"
#include "storage/root_directories.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::index {

struct NeededStateFile {
  const storage::FilePlace* place = nullptr;
  bool suspect = false;  // somebody records another size than the index has
  std::optional<StateFileRow> known;
  std::unique_ptr<const storage::StateFileFacts> facts;  // most need none: what is known is good
  bool is_unanswered = false;                            // its root is silent, and it is not known to be good

  storage::FileStatus status() const;
  int64_t size() const { return facts ? facts->size : known ? known->size : 0; }
};

struct NeededFiles {
  storage::SnapshotFiles projected;
  std::vector<NameFacts> names;              // for each of projected.files
  std::vector<NeededStateFile> state_files;  // each once
  std::vector<uint32_t> state_file_of;       // for each of projected.files
  uint64_t healed = 0;                       // of projected.files: named where they are not, found elsewhere
  std::vector<storage::LostName> lost;       // the others of those
  // A root that is silent may have what was not found, or say that all is well.
  bool is_unknown = false;
};

// The length that the projection shows of a file: the recorded one, or where that need not be right the real
// one.
int64_t projected_length(const storage::ProjectedFile& file, storage::FileStatus status, int64_t size);

// One per scan. New mappings are written inside a transaction of the caller, nothing else is.
class FileFinder {
 public:
  // REQUIRES: the references outlive it.
  FileFinder(Connection& db, StoredConfiguration configuration, const storage::ScanRoots& directories,
             base::ParallelCalls& workers, FileRows& files, SnapshotRows& snapshots);

  // The resolver with which snapshots are prepared.
  const std::shared_ptr<const storage::Resolver>& resolver() const { return resolver_; }

  // Infers mappings where that finds files; what may have changed through a new mapping is marked as stale.
  // Takes what is projected out of `preparation`, and does that part again if it was done with other
  // mappings. REQUIRES: there is metadata in it.
  NeededFiles find(PreparedMetadata& preparation, const storage::Location& snapshot);

  // Looks at those that are not known to be good, unless this scan did already.
  void look(std::vector<NeededStateFile>* files);
  // Looking at it again in this scan would tell nothing new.
  void set_looked_at(int64_t state_file_id) { looked_at_.insert(state_file_id); }

  // Is true if a mapping can now be inferred for a file of which the index knows that it was lost.
  bool is_found_now(const NeededStateFile& file, const storage::LostFile& lost,
                    const storage::Location& snapshot);

  // Files that find() did not find where they are named, and that may lie elsewhere under the same name.
  storage::RelocatedFiles& lost_names() { return lost_names_; }

  // Is true if new mappings are sought; at first they are.
  void set_inference(bool on) { infer_ = on; }
  const std::vector<storage::Mapping>& inferred() const { return inferred_; }
  // All in force, the inferred ones too.
  const std::vector<storage::Mapping>& mappings() const { return mappings_; }
  uint64_t looked() const { return looked_ + inference_.looked(); }

 private:
  NeededFiles find_by_mappings(ProjectedSnapshot projected);
  void heal(NeededFiles* needed);
  bool is_unknown(const NeededFiles& needed) const;
  bool is_lost(const NeededStateFile& file, const storage::Location& snapshot) const;
  std::optional<storage::Mapping> infer(const NeededFiles& files, const storage::Location& snapshot);
  void add(const storage::Mapping& mapping);
  bool overlaps_another(const storage::Mapping& mapping) const;

  Connection& db_;
  const storage::ScanRoots& directories_;
  base::ParallelCalls& workers_;
  FileRows& files_;
  SnapshotRows& snapshots_;
  std::vector<storage::Mapping> mappings_;
  std::shared_ptr<const storage::Resolver> resolver_;
  storage::MappingInference inference_;
  storage::RelocatedFiles lost_names_;
  std::vector<storage::Mapping> inferred_;
  std::unordered_set<int64_t> looked_at_;
  uint64_t looked_ = 0;
  bool infer_ = true;
};

}  // namespace checkpointfs::index
