// SPDX-License-Identifier: Apache-2.0
// A survey is one look at everything: all snapshots of all sources, read now, whatever an index says, and
// every file that they name.
//
// survey() walks the sources, follows links (links.h) where that is asked for, and reads the metadata of each
// snapshot (read_snapshot.h), also of hidden ones. FileRecorder (file_recorder.h) puts the files that they
// name into a database. survey() adds the snapshots in the trash that could not be read (quarantine.h) and
// the directories that are missed (missing.h). The result (model/survey.h) does not change any more; all that
// could not be known stands in Survey::unknown, and then nothing may go. Beside it, list_jobs()
// (job_listing.h) lists the files in the jobs' directories, and has to run *before* the survey, so that the
// survey sees a file that becomes needed meanwhile. Functions without side effects answer questions on the
// two: job_checkpoints.h says which checkpoints are the newest, Judge (judge.h) says why a file stays, and
// markers.h adds the files of Hadoop that go with others. recovery.h finds what clusters would recover from,
// in their completed checkpoints (completed_checkpoint.h). The folder changes nothing on the disk.
#pragma once

#include <cstdint>
#include <functional>

#include "removal/model/storage.h"
#include "removal/model/survey.h"

namespace checkpointfs::removal {

// Reads every `_metadata` that could lie anywhere in a source: also below names with a dot, and in `shared`.
// Throws SystemError if a source cannot be opened. `progress` gets the snapshots read and found so far.
Survey survey(const Storage& storage, const std::function<void(uint64_t, uint64_t)>& progress = {});

// Returns true if no checkpoint of its job that can be decoded has a higher number. REQUIRES: `unreadable` is
// a snapshot of the survey.
bool may_be_newest(const Survey& survey, const SeenSnapshot& unreadable);

// Throws Failure(kRefused) if something is unknown or missing, or if no snapshot is there at all, unless that
// may be.
void require_known(const Survey& survey, bool may_be_empty = false);

}  // namespace checkpointfs::removal
