// SPDX-License-Identifier: Apache-2.0
// The control directory at the root of a mount: reachable by name, not listed.
#pragma once

#include <string>

#include "flink/rewrite.h"
#include "index/reader.h"

namespace checkpointfs::fs {

inline constexpr char kControlName[] = ".checkpointfs";
inline constexpr char kControlStatusName[] = "status";  // JSON
inline constexpr char kControlIndexName[] = "index";    // path of the index file, one line

inline constexpr char kControlOperatorsName[] = "operators";
inline constexpr char kControlJobsName[] = "jobs";
inline constexpr char kControlLatestName[] = "latest";
inline constexpr char kControlByTimeName[] = "by-time";

// Text of `.checkpointfs/status`.
std::string control_status(index::Reader& reader, const std::string& index_file, const flink::Form& form);

}  // namespace checkpointfs::fs
