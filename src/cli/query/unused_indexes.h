// SPDX-License-Identifier: Apache-2.0
// Indexes in the state directory that know nothing that another one does not know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace checkpointfs::cli {

struct UnusedIndex {
  std::string file;
  std::string why;
  uint64_t bytes = 0;  // with the files beside it: write-ahead log, lock, log
};

// Returns, by name: the indexes made for one command's --map; those that have never had a snapshot; and those
// whose sources, mappings and known jobs another index has too. Leaves out an index that a process has open.
// An index whose source is not there is needed: it knows what removals have to miss.
std::vector<UnusedIndex> unused_indexes();

// Deletes the index and the files beside it, unless a process uses it. Returns true if it is deleted. Throws
// SystemError.
bool remove_unused(const UnusedIndex& index);

}  // namespace checkpointfs::cli
