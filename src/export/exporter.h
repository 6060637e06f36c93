// SPDX-License-Identifier: Apache-2.0
// Exports snapshots into a directory, such that an interruption at any moment leaves what one more run of the
// same command finishes.
//
// An export of a snapshot (snapshot_export.h) puts its files into `<notes>/files` (target.h): with 2 threads,
// each file in the cheapest way that works (file_placer.h, transfer/). Every few seconds all that was placed
// is made durable by one syncfs(), and only then written into the journal (journal.h). When all files are
// there and durable, the `_metadata` is moved beside them, and the whole directory is renamed to its place:
// so a snapshot in the target is whole, or not there. Where a directory of that name is there already, or
// files of several snapshots lie in one directory, files are moved one by one instead, `_metadata` last.
//
// A later run keeps files of the journal that have their size, time and inode, compares with the source
// bytes those that are in the target and in no journal, and makes a hard link where another snapshot in the
// target has the file (known_files.h). Nothing is ever replaced: a file with other bytes is an error. The
// manifest (manifest_files.h) stands beside the snapshot. placement.h names the directories of each layout,
// past_exports.h reads journals, target_check.h reads the target again, and export_plan.h is the dry run.
//
// The folder relies on index/read for the files of a snapshot, and on transfer/ for the file and its
// manifest. All changes of a disk go through storage/disk_operations.h.
#pragma once

#include <string>

#include "base/threads/parallel_calls.h"
#include "export/known_files.h"
#include "export/options.h"
#include "export/target.h"
#include "index/read/reader.h"
#include "storage/disk_operations.h"

namespace checkpointfs::exporting {

// Not thread-safe.
class Exporter {
 public:
  // Throws as Target::create().
  Exporter(const std::string& target, Options options, storage::DiskOperations& disk);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  // Exports the snapshot; it is durable when this returns. Throws Failure(kSource, kBroken, kInput, kRefused)
  // if this snapshot cannot be exported, others perhaps can; SystemError if nothing can be written, with
  // EINTR after `stop`; IndexError.
  Exported run(index::Reader& reader, const index::Snapshot& snapshot);

 private:
  const Options options_;
  storage::DiskOperations& disk_;
  const Target target_;
  base::ParallelCalls calls_;
  KnownFiles known_;
  bool knows_others_ = false;
};

}  // namespace checkpointfs::exporting
