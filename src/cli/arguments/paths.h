// SPDX-License-Identifier: Apache-2.0
// Paths that the user types: making them absolute, comparing them, and guessing the source of a path.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::cli {

// Makes `path` absolute and resolves ".", ".." and doubled slashes lexically; symbolic links stay. Throws
// SystemError if there is no current directory.
std::string absolute_path(std::string_view path);

// Resolves the symbolic links of `path`. A missing file gets the real path of its directory and its own name,
// because people ask about state files that are missing.
std::string real_path(std::string_view path);

// The most likely source of a snapshot or state file at `path`: the directory above the job's (the last
// component of 32 hexadecimal digits); without one, the directory above the snapshot's directory, or above
// the `shared`, `taskowned` or `chk-N` that holds the file. REQUIRES: absolute and normalised.
std::string guess_source(std::string_view path);

}  // namespace checkpointfs::cli
