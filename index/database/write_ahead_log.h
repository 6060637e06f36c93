// SPDX-License-Identifier: Apache-2.0
// SQLite's log of what was written to the index. Every write lengthens it; it begins anew with the first
// write for which all of it is in the index, and all readers began after that.
#pragma once

#include <cstdint>
#include <string>

namespace checkpointfs::index {

// Bytes; 0 if there is none.
uint64_t log_size(const std::string& index_file);

// Copies the log into the index as far as readers allow. Returns true if all of it was copied: readers that
// open the index from then on do not keep the log from being restarted. REQUIRES: the IndexLock is held.
// Throws as open_index_to_write().
bool fold_log(const std::string& index_file);

}  // namespace checkpointfs::index
