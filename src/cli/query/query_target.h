// SPDX-License-Identifier: Apache-2.0
// Where the commands look that are given "SOURCE... or MOUNTPOINT".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/query/find_index.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

inline constexpr const char* kTargetOperands = "SOURCE... or MOUNTPOINT";
inline constexpr std::string_view kTargetUsage = "SOURCE...|MOUNTPOINT";

// The index, and the directory of its projection below which to look ("" for all).
struct QueryTarget {
  FoundIndex found;
  std::string below;
  std::string passed_over;  // as of passed_over_text(), if the index was brought up to date
};

// What the operands name, its index brought up to date for the command `purpose`, unless it is that of a
// mount. Throws Failure(kUsage) without operands, Failure(kSource) for a directory without snapshots that was
// a mount of ours.
QueryTarget open_query_target(const Invocation& invocation, const std::string& purpose);

// Throws Failure(kSource) if `count`, of the snapshots that a command is about, is 0: nothing is wrong with
// storage that is not there, and so a monitor must not take it for well. A mount that lives may be empty.
void require_snapshots(const QueryTarget& target, size_t count);

// Those below target.below, in natural order of their paths.
std::vector<index::Snapshot> snapshots_of(index::Reader& reader, const QueryTarget& target);

// The path in the projection of the job that a snapshot belongs to: of the directory that it lies in.
std::string job_of(const index::Snapshot& snapshot);

// "." for the projection's root.
std::string path_text(std::string_view path);

}  // namespace checkpointfs::cli
