// SPDX-License-Identifier: Apache-2.0
// Bringing an index up to date, with what the user sees of it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/read/reader.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"

namespace checkpointfs::cli {

// Scans with progress on standard error. Directories that cannot be listed are said there. Mappings that were
// given for this index before hold on, unless their directory is gone, their URI prefix is given anew, or it
// is one of `forgotten`. `calls`: see index::ScanRequest. REQUIRES: the caller holds the IndexLock of
// options.index_file.
index::ScanResult update_index(index::Options options, base::StoreCalls* calls = nullptr,
                               const std::set<std::string>& forgotten = {});

// Throws Failure(kUsage) if no snapshot names a file below the URI of one of the mappings, and there are
// snapshots that name files. REQUIRES: the index is up to date.
void require_used(index::Reader& reader, const std::vector<storage::Mapping>& mappings);

// update_index(), for commands after which mappings hold on. Throws as require_used() if one of `given` leads
// nowhere; the index then keeps the mappings that it had. Those that it had before are no matter, nor is
// anything while a source does not answer.
index::ScanResult update_index_and_keep(const index::Options& options,
                                        const std::vector<storage::Mapping>& given,
                                        base::StoreCalls* calls = nullptr,
                                        const std::set<std::string>& forgotten = {});

// Takes the lock for `purpose` and updates the index. Nothing happens, and nothing is returned, if somebody
// else holds the index (then it is used as it is) or the user may only read it. `verbose`: says so.
std::optional<index::ScanResult> refresh_index(const index::Options& options, const std::string& purpose,
                                               bool verbose);

// One line for people, of what could lead to snapshots and is not shown; "" if nothing could.
std::string passed_over_text(const index::ScanResult& result);

// "hdfs://ns1/flink=/mnt/hdfs/flink", "file:/old=/new (inferred for /new/copy)".
std::string mapping_text(const storage::Mapping& mapping);

}  // namespace checkpointfs::cli
