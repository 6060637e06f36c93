// SPDX-License-Identifier: Apache-2.0
// Reads what earlier runs have left in the target.
#pragma once

#include <optional>
#include <string>

#include "base/threads/parallel_calls.h"
#include "base/unique_fd.h"
#include "export/options.h"
#include "export/journal.h"
#include "export/known_files.h"
#include "export/target.h"
#include "index/database/types.h"

namespace checkpointfs::exporting {

// A snapshot that an earlier run has exported whole.
struct CompleteExport {
  Notes notes;
  base::UniqueFd journal;
  FileRecord metadata;
  Counts counts;
};

// The first line of the journal of this snapshot.
JournalHeader header_of(const index::Snapshot& snapshot, const Options& options);

// True if the record has the check sums that are wanted.
bool has_sums(const FileRecord& file, transfer::Checksums wanted);
// True if the file of the record is in the directory and was not changed.
bool is_still_there(int directory, const FileRecord& file);

// Nothing if a file is not there or was changed, has no sum that is wanted, or if the source's `_metadata` is
// another one by now. Throws SystemError, Failure(kRefused) as Target::try_open_note().
std::optional<CompleteExport> find_complete_export(const Target& target, const index::Snapshot& snapshot,
                                                   const Options& options, base::ParallelCalls& calls);

// Adds the files of the snapshots in the target, but for this one: those of the latest 256 exports, and at
// most a million. A file that two snapshots of a job share is in all snapshots between them. Throws as
// find_complete_export().
void read_other_exports(const Target& target, const index::Snapshot& but, KnownFiles& known);

// Removes notes of snapshots that are no longer in the target, and what an interrupted export of a snapshot
// has left if nothing was added for a week. REQUIRES: no export of these snapshots goes on. Leaves alone what
// cannot be removed.
void remove_stale_notes(const Target& target, storage::DiskOperations& disk);

}  // namespace checkpointfs::exporting
