// SPDX-License-Identifier: Apache-2.0
// Bringing an index up to date, with what the user sees of it.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "index/index.h"

namespace checkpointfs::cli {

// Scans with progress on standard error. Directories that cannot be listed are said there. Mappings that were
// given for this index before hold on, unless their directory is gone, their URI prefix is given anew, or it
// is one of `forgotten`. `calls`: see index::ScanRequest. REQUIRES: the caller holds the IndexLock of
// options.index_file.
index::ScanResult update_index(index::Options options, index::StoreCalls* calls = nullptr,
                               const std::set<std::string>& forgotten = {});

// Takes the lock for `purpose` and updates the index. Nothing happens, and nothing is returned, if somebody
// else holds the index (then it is used as it is) or the user may only read it. `verbose`: says so.
std::optional<index::ScanResult> refresh_index(const index::Options& options, const std::string& purpose,
                                               bool verbose);

// One line for people, of what could lead to snapshots and is not shown; "" if nothing could.
std::string passed_over_text(const index::ScanResult& result);

// "hdfs://ns1/flink=/mnt/hdfs/flink", "file:/old=/new (inferred for /new/copy)".
std::string mapping_text(const index::Mapping& mapping);

}  // namespace checkpointfs::cli
