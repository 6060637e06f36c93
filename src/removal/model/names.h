// SPDX-License-Identifier: Apache-2.0
// Names and paths of the files that Flink writes.
#pragma once

#include <string_view>

namespace checkpointfs::removal {

// Returns true for a name that Flink gives to a state file: a UUID.
bool is_state_file_name(std::string_view name);

// Returns true if a path leads through a directory that Flink puts state files in: a checkpoint's, `shared`,
// `taskowned`, `dstl`, or a savepoint's.
bool is_in_a_job(std::string_view path);

// Returns true for a snapshot's `_metadata`, and for all files below a name with a dot: pins, trash, and
// other files that are no checkpoint storage.
bool is_of_others(std::string_view path);

// Return true if a path goes through a directory `taskowned`, or the directory of a ForSt database.
bool is_task_owned(std::string_view path);
bool is_in_database(std::string_view path);

}  // namespace checkpointfs::removal
