// SPDX-License-Identifier: Apache-2.0
// Finds the snapshots that a cluster would recover from, as its high-availability.storageDir names them.
#pragma once

#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/survey/job_checkpoints.h"

namespace checkpointfs::removal {

struct RecoveryPointer {
  std::string file;  // absolute: the file of Flink's that has it
  std::string uri;   // of a `_metadata`; "" if the file has all the state itself, and needs no snapshot
};

// Reads all files `completedCheckpoint*` in and below the directories. Has to run before the survey: then a
// checkpoint that is not found any more has lost its file as well. Throws Failure(kRefused) if a directory
// has no such file, or anything in it cannot be read or understood.
std::vector<RecoveryPointer> recovery_pointers(const std::vector<std::string>& directories);

// The snapshots that the pointers name, and for each the reason why it stays. Throws Failure(kRefused) if a
// pointer leads to no snapshot of the survey, and its file is still there.
Reasons recovered_snapshots(const Storage& storage, const Survey& survey,
                            const std::vector<RecoveryPointer>& pointers);

// Throws Failure(kRefused) as above, or if one of `leaving` is such a snapshot.
void require_not_recovered_from(const Storage& storage, const Survey& survey,
                                const std::vector<PlannedSnapshot>& leaving,
                                const std::vector<RecoveryPointer>& pointers);

}  // namespace checkpointfs::removal
