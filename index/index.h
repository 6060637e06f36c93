// SPDX-License-Identifier: Apache-2.0
// The index of a set of sources: where it lies, who may change it, and bringing it up to date.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "index/types.h"

namespace checkpointfs::index {

// What the user said.
struct Options {
  std::vector<std::string> sources;  // as given; made absolute and free of links here
  std::vector<Mapping> mappings;     // given ones
  std::string index_file;            // empty: default_index_file()
};

// "URI=DIR" of --map. Throws Failure(kUsage) with what is wrong.
Mapping parse_mapping(const std::string& argument);

// Below $XDG_STATE_HOME/checkpointfs, else ~/.local/state/checkpointfs, for root /var/lib/checkpointfs; the
// name is made from the sources' real paths. Throws Failure(kSource) if a source does not exist or is not a
// directory.
std::string default_index_file(const std::vector<std::string>& sources);

// Exclusive right to change an index, held as long as the object lives (flock on "<index>.lock", which names
// the holder for the error message of the next one). Throws Failure(kInUse).
class IndexLock {
 public:
  // `purpose`: e.g. "mount at /mnt/x"
  IndexLock(const std::string& index_file, const std::string& purpose);
  ~IndexLock();
  IndexLock(IndexLock&&) noexcept;

  // Writes this process into the lock file. To be called after a fork(): the lock goes on in the child.
  void name_holder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct ScanResult {
  uint64_t snapshots = 0;        // now in the index
  uint64_t metadata_read = 0;    // `_metadata` files that were read, the others had not changed
  uint64_t removed = 0;          // snapshots that are gone
  uint64_t files_looked_at = 0;  // stat calls on state files
  std::vector<std::string> unreadable_directories;  // could not be listed: what was known below them is kept
  std::vector<Mapping> inferred;                    // mappings found by this scan
};

// Brings the index up to date with its sources, creating it if it is not there. The order of the rows, and so
// of inode numbers, depends on the sources' content only, not on the file system's order. Durable when it
// returns; a crash in the middle leaves the index as it was before, or a valid part of the new one.
// `progress`: called now and then with the number of snapshots done and found so far; may be empty.
// REQUIRES: the caller holds the IndexLock of options.index_file (which must not be empty).
// What could not be listed is not logged: the caller has it in the result.
// Throws Failure(kSource, kIndex; kUsage for a mapping), IndexError, SystemError.
ScanResult scan(const Options& options, const std::function<void(uint64_t done, uint64_t found)>& progress);

}  // namespace checkpointfs::index
