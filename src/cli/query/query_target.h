// SPDX-License-Identifier: Apache-2.0
// The operands "SOURCE... or MOUNTPOINT" of the commands that answer for whole storage.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/query/find_index.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

inline constexpr const char* kTargetOperands = "SOURCE... or MOUNTPOINT";
inline constexpr std::string_view kTargetUsage = "SOURCE...|MOUNTPOINT";

// A store that has not answered by then hangs.
inline constexpr std::chrono::seconds kAnswerTime{5};

// An index, and the directory of its projection to which the answer is limited ("" for all).
struct QueryTarget {
  FoundIndex found;
  std::string below;
  std::string remarks;           // lines to understand the answer by, for print_remark()
  std::set<std::string> silent;  // sources that did not answer: the answer is what the index had
};

// Finds the index of the operands and updates it for the command `purpose`; the index of a mount is up to
// date. Throws Failure(kUsage) without operands, Failure(kSource) for a directory without snapshots that was
// a mount point of checkpointfs.
QueryTarget open_query_target(const Invocation& invocation, const std::string& purpose);

// Does the same, but does not wait for a source whose store hangs: the index is then used without an update.
// Throws Failure(kSource) if there is none. REQUIRES: this process has one thread.
QueryTarget open_target_at_once(const Invocation& invocation, const std::string& purpose);

// Throws Failure(kSource) if `count`, the number of snapshots that a command is about, is 0: storage that is
// absent shows no errors, and a monitor must not take it for healthy. A whole mount may be empty.
void require_snapshots(const QueryTarget& target, size_t count);

// Returns the snapshots below target.below in natural order of their paths.
std::vector<index::Snapshot> snapshots_of(index::Reader& reader, const QueryTarget& target);

// Returns the path of a snapshot's job in the projection: the directory that holds the snapshot.
std::string job_of(const index::Snapshot& snapshot);

// Returns the paths of all their jobs.
std::set<std::string> jobs_of(const std::vector<index::Snapshot>& snapshots);

// Returns a path of the projection for people; "." for the root.
std::string path_text(std::string_view path);

}  // namespace checkpointfs::cli
