// SPDX-License-Identifier: Apache-2.0
// Names of snapshots, jobs, pins, plans and mounts for the shell. They come from indexes that exist, from
// records of pins and from the trash: nothing is scanned, no index is made, and errors are empty answers.
//
// The storage is the one that the command line or the current directory belongs to. Without one, snapshots
// and jobs of all known indexes are offered, because commands find them there too.
#pragma once

#include <string_view>

#include "cli/arguments/command.h"
#include "cli/completion/candidates.h"

namespace checkpointfs::cli {

// Returns the names that begin with `typed`: "d5515fb9/chk-4", "orders/latest", "savepoint-20af1f-...", or
// with the whole id or path if that was typed.
Candidates snapshot_candidates(const Invocation& invocation, std::string_view typed);
// Returns labels, and the beginnings of ids of jobs without one.
Candidates job_candidates(const Invocation& invocation);
Candidates plan_candidates(const Invocation& invocation);
Candidates pin_candidates(const Invocation& invocation);
Candidates mount_point_candidates();
// Returns the sources of all known indexes.
Candidates source_candidates();

}  // namespace checkpointfs::cli
