// SPDX-License-Identifier: Apache-2.0
// Brings an index up to date with its sources.
#pragma once

#include <string>
#include <vector>

#include "base/threads/store_calls.h"
#include "index/scan/configuration.h"
#include "index/scan/scan_request.h"
#include "storage/types.h"

namespace checkpointfs::index {

class Reader;

// Brings the index up to date with its sources, creating it if it is not there. The order of the rows, and so
// of inode numbers, depends on the sources' content only, not on the file system's order. Durable when it
// returns; a crash in the middle leaves the index as it was before, or a valid part of the new one.
// REQUIRES: the caller holds the IndexLock of options.index_file (which must not be empty).
// Directories that could not be listed are in the result, and not logged.
// Throws Failure(kSource, kIndex; kUsage for a mapping), IndexError, SystemError.
ScanResult scan(const Options& options, const ScanRequest& request = {});
// The same for a mount.
ScanResult scan_for_mount(const Options& options, const MountScanRequest& request);

// The mappings that were given for this index so far, less those whose directory is gone; none if there is no
// index that can be read. A mapping whose directory does not answer stays, if there are `calls`.
std::vector<storage::Mapping> given_mappings(const std::string& index_file,
                                             base::StoreCalls* calls = nullptr);
// The same by a connection that is open. Throws IndexError.
std::vector<storage::Mapping> given_mappings(Reader& reader, base::StoreCalls* calls = nullptr);

}  // namespace checkpointfs::index
