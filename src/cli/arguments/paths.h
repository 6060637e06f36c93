// SPDX-License-Identifier: Apache-2.0
// The paths that the user types: where they lead, and what lies within what.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// `path` from the root, "." and ".." and doubled slashes resolved lexically; links are not looked at.
// Throws SystemError if there is no current directory.
std::string absolute_path(std::string_view path);

// `path` with its symbolic links followed, as far as it exists: of a missing file, its directory's real path
// and its name. A state file that is missing is what people ask about.
std::string real_path(std::string_view path);

// The directory above `path`, that of "/" being itself. REQUIRES: absolute and normalised.
std::string_view parent_of(std::string_view path);

// The last component of `path`.
std::string_view name_of(std::string_view path);

// `path` relative to `directory`, "" for the directory itself, or nothing if it lies elsewhere.
// REQUIRES: both absolute and normalised.
std::optional<std::string> within(std::string_view path, std::string_view directory);

// Whether Flink gives such names to the directories of jobs: 32 hexadecimal digits.
bool is_job_id(std::string_view name);

// The source that a snapshot or a state file at `path` most likely belongs to: the directory above the job's
// (the last component of 32 hexadecimal digits); without one, the directory above the snapshot's, or above
// `shared`, `taskowned` or `chk-N` of a file in it. REQUIRES: absolute and normalised.
std::string guess_source(std::string_view path);

}  // namespace checkpointfs::cli
