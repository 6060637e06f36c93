// SPDX-License-Identifier: Apache-2.0
// Paths that the user types: making them absolute, comparing them, and guessing the source of a path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// Makes `path` absolute and resolves ".", ".." and doubled slashes lexically; symbolic links stay. Throws
// SystemError if there is no current directory.
std::string absolute_path(std::string_view path);

// Resolves the symbolic links of `path`. A missing file gets the real path of its directory and its own name,
// because people ask about state files that are missing.
std::string real_path(std::string_view path);

// The directory above `path`; "/" for "/". REQUIRES: absolute and normalised.
std::string_view parent_of(std::string_view path);

// The last component of `path`.
std::string_view name_of(std::string_view path);

// `path` relative to `directory`, "" for the directory itself, or nothing if it lies elsewhere.
// REQUIRES: both absolute and normalised.
std::optional<std::string> within(std::string_view path, std::string_view directory);

// True if Flink could have named a job's directory so: 32 hexadecimal digits.
bool is_job_id(std::string_view name);

// The most likely source of a snapshot or state file at `path`: the directory above the job's (the last
// component of 32 hexadecimal digits); without one, the directory above the snapshot's directory, or above
// the `shared`, `taskowned` or `chk-N` that holds the file. REQUIRES: absolute and normalised.
std::string guess_source(std::string_view path);

}  // namespace checkpointfs::cli
