// SPDX-License-Identifier: Apache-2.0
// The export of one snapshot, from its notes to its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/threads/parallel_calls.h"
#include "base/unique_fd.h"
#include "export/options.h"
#include "export/file_placer.h"
#include "export/journal.h"
#include "export/known_files.h"
#include "export/placement.h"
#include "export/target.h"
#include "index/read/reader.h"
#include "transfer/rewritten_metadata.h"

namespace checkpointfs::exporting {

class SnapshotExport {
 public:
  // The arguments outlive this.
  SnapshotExport(const Target& target, KnownFiles& known, base::ParallelCalls& calls, const Options& options,
                 storage::DiskOperations& disk, index::Reader& reader, const index::Snapshot& snapshot);

  // The result, if an earlier run has done it all and nothing has changed since. Throws as Exporter::run().
  std::optional<Exported> find_complete();
  // REQUIRES: find_complete() found nothing. Throws as Exporter::run().
  Exported run();

 private:
  struct Item {
    std::string name;  // in the target
    index::FileLocation location;
  };

  // Lines for the journal.
  struct Unrecorded {
    std::string lines;
    std::vector<std::pair<uint64_t, uint64_t>> files;  // the key of each, and the offset in the lines
  };

  void require_another_place() const;
  void rewrite_metadata(const std::function<void(std::string_view)>& take);
  void require_same_metadata();
  void write_metadata_note();
  void open_stage();
  void resume_journal();
  void place_files();
  std::vector<Item> next_page(int64_t* from);
  void place_batch(const FilePlacer& placer, std::span<const Item> items,
                   const std::function<void()>& beside);
  void record_placed();
  void require_all() const;
  void write_manifest();
  void move_into_place();
  void rename_whole();
  void move_files();
  void move_metadata();
  void finish_journal();
  void remove_rest(const Notes& notes) const;
  void check(const Notes& notes, int journal) const;
  Exported result() const;

  const Target& target_;
  KnownFiles& known_;
  base::ParallelCalls& calls_;
  const Options& options_;
  storage::DiskOperations& disk_;
  index::Reader& reader_;
  const index::Snapshot& snapshot_;
  const Placement placement_;
  const JournalHeader header_;

  Notes notes_;
  transfer::SnapshotStats stats_;
  FileRecord metadata_;  // of the `_metadata` in the target
  base::UniqueFd stage_;
  base::UniqueFd existing_;   // the directory of the files, if it was there before
  base::UniqueFd directory_;  // the directory of the snapshot, likewise
  int directory_error_ = 0;   // why it could not be opened
  base::UniqueFd journal_;
  uint64_t journal_size_ = 0;
  uint32_t own_ = 0;       // index of the journal in `known_`
  Unrecorded unrecorded_;  // files that are not in the journal yet
  std::chrono::steady_clock::time_point recorded_;
  Counts counts_;
  std::string manifest_;
};

}  // namespace checkpointfs::exporting
