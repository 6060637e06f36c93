// SPDX-License-Identifier: Apache-2.0
// Updates an index, with progress and messages for the user.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/read/reader.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"

namespace checkpointfs::cli {

// Scans, and prints progress and directories that cannot be listed to standard error. Keeps the mappings that
// were given for this index before, unless their directory is gone, or their URI prefix is given again or is
// in `forgotten`. `calls`: see index::ScanRequest. REQUIRES: the caller holds the IndexLock of
// options.index_file.
index::ScanResult update_index(index::Options options, base::StoreCalls* calls = nullptr,
                               const std::set<std::string>& forgotten = {});

// Throws Failure(kUsage) if snapshots name files, but none below the URI of one of the mappings. REQUIRES:
// the index is up to date.
void require_used(index::Reader& reader, const std::vector<storage::Mapping>& mappings);

// Does update_index() for commands whose mappings stay in the index. Throws as require_used() if one of
// `given` is unused; the index then keeps the mappings that it had. Does not check mappings that the index
// had before, and checks nothing while a source does not answer.
index::ScanResult update_index_and_keep(const index::Options& options,
                                        const std::vector<storage::Mapping>& given,
                                        base::StoreCalls* calls = nullptr,
                                        const std::set<std::string>& forgotten = {});

// Takes the lock for `purpose` and updates the index. Does and returns nothing if another process has locked
// the index or the user may only read it: the index is then used without an update. `verbose`: prints why.
std::optional<index::ScanResult> refresh_index(const index::Options& options, const std::string& purpose,
                                               bool verbose);

// Returns a line about paths that may lead to snapshots and are not shown; "" if there are none.
std::string passed_over_text(const index::ScanResult& result);

// Returns "hdfs://ns1/flink=/mnt/hdfs/flink" or "file:/old=/new (inferred for /new/copy)".
std::string mapping_text(const storage::Mapping& mapping);

}  // namespace checkpointfs::cli
