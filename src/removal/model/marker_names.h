// SPDX-License-Identifier: Apache-2.0
// Files that Hadoop's file systems put beside others: `.NAME.crc` has the checksums of the file NAME, and
// `NAME_$folder$` stands for the directory NAME in an object store. They go with what they belong to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::removal {

std::string checksums_of(std::string_view path);
std::string folder_marker_of(std::string_view path);

// The path that a marker in a job's directory belongs to, where that is Flink's: a state file, a `_metadata`,
// a chk-N, `shared`, `taskowned` or `dstl`. Nothing: it is no such marker.
std::optional<std::string> owner_of_marker(std::string_view path);

}  // namespace checkpointfs::removal
