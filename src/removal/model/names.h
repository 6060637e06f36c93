// SPDX-License-Identifier: Apache-2.0
// Names and paths of the files that Flink writes.
#pragma once

#include <string_view>

namespace checkpointfs::removal {

// A name that Flink gives to a state file: a UUID.
bool is_state_file_name(std::string_view name);

// Whether a path leads through a directory that Flink puts state files in: a checkpoint's, `shared`,
// `taskowned`, `dstl`, or a savepoint's.
bool is_in_a_job(std::string_view path);

// A snapshot's `_metadata`, or what lies below a name with a dot: pins, trash, what is no checkpoint storage.
bool is_of_others(std::string_view path);

// Whether a path goes through a directory `taskowned`, or the directory of a ForSt database.
bool is_task_owned(std::string_view path);
bool is_in_database(std::string_view path);

}  // namespace checkpointfs::removal
