// SPDX-License-Identifier: Apache-2.0
// Finds directories that once had snapshots and have none now, or that were replaced: while one is missed,
// nobody can tell which files are needed.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"

namespace checkpointfs::removal {

struct Compared {
  std::vector<Missing> missing;
  std::vector<std::string> unknown;  // records that cannot be read, and why
};

// Compares the jobs that have snapshots now with the records of the sources (known_storage.h), and with the
// jobs that the index knew. Not missed are what storage.forgotten names, and jobs whose last snapshot a
// removal of ours took.
Compared find_missing(const Storage& storage, const std::set<Place>& jobs);

// Throws Failure(kRefused), with the options that say that the loss is right, if anything is missing.
void require_none_missing(const std::vector<Missing>& missing);
// The same, as far as the jobs that a walk finds can tell, before anything is read or changed.
void require_none_missing(const Storage& storage, const JobCounts& jobs);

// Returns true if the path is one of the directories, or lies below one.
bool is_at_or_below_any(const std::string& path, const std::vector<std::string>& directories);

}  // namespace checkpointfs::removal
