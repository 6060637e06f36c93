// SPDX-License-Identifier: Apache-2.0
// Short names of snapshots: an end of the path, with the beginning of a job's id or its label in place of the
// id, and "latest" for the newest usable snapshot of a job.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "index/read/reader.h"
#include "labels/job_labels.h"

namespace checkpointfs::cli {

using labels::JobLabels;

// Returns the snapshots that `name` may mean: "chk-4", "d551/chk-4", "orders/latest",
// "savepoint-20af1f". A beginning of an id or of a savepoint's name has at least four characters of its own;
// "chk-1" never means chk-12.
std::vector<index::Snapshot> snapshots_named(index::Reader& reader, std::string_view name,
                                             const JobLabels& labels);

// Returns the paths of jobs that `name` means: a path, an end of one, a label, a shell pattern of a path or
// of its last component, or the beginning of an id. Throws Failure(kSource) if several ids begin so: then
// nobody knows which one is meant.
std::vector<std::string> jobs_named(const std::vector<std::string>& jobs, std::string_view name,
                                    const JobLabels& labels);

// Returns "; did you mean X?" if the short name of a snapshot is near, else "".
std::string near_snapshot_name(index::Reader& reader, std::string_view name, const JobLabels& labels);

}  // namespace checkpointfs::cli
