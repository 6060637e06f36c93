// SPDX-License-Identifier: Apache-2.0
// The snapshots that clusters with high availability would recover from, for commands that only look.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "index/read/reader.h"
#include "removal/survey/recovery.h"

namespace checkpointfs::cli {

struct RecoveryMarks {
  bool are_known = false;                             // --ha was given
  std::map<int64_t, std::vector<std::string>> files;  // files of Flink's that name a snapshot, by its id
  std::vector<removal::RecoveryPointer> elsewhere;    // those that lead to no snapshot of the index
};

// Reads the directories of --ha. Throws as removal::recovery_pointers().
RecoveryMarks recovery_marks(index::Reader& reader, const std::vector<std::string>& directories);

// A sentence about a pointer that leads to no snapshot.
std::string elsewhere_text(const removal::RecoveryPointer& pointer);

}  // namespace checkpointfs::cli
