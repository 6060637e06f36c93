// SPDX-License-Identifier: Apache-2.0
// The index of a set of sources: where it lies, who may change it, and bringing it up to date.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/errors.h"
#include "index/store_calls.h"
#include "index/types.h"

namespace checkpointfs::index {

// The index is damaged, or no index at all.
class DamagedIndex : public base::Failure {
 public:
  explicit DamagedIndex(const std::string& message) : Failure(base::FailureKind::kIndex, message) {}
};

// Renames a damaged index to "<index>.damaged", so that a new one can be made. REQUIRES: the caller holds the
// IndexLock. Throws SystemError.
void set_aside(const std::string& index_file);

// What the user said.
struct Options {
  std::vector<std::string> sources;  // as given; made absolute and free of links here
  std::vector<Mapping> mappings;     // given ones
  std::string index_file;            // empty: default_index_file()
  // Names of the sources, as given, that have one of their own. The index keeps them.
  std::map<std::string, std::string> names = {};
  // Sources, and directories of mappings, that are not to be looked at: they are absolute and free of links.
  std::set<std::string> as_named = {};
};

// "URI=DIR" of --map. Throws Failure(kUsage) with what is wrong.
Mapping parse_mapping(const std::string& argument);

// "NAME=DIR" or "DIR" of --source, added to `options`. Throws Failure(kUsage): no name that a directory could
// have, or one that a source has already.
void add_source(const std::string& argument, Options* options);

// The real paths of `sources`; `as_named`: see Options. Throws Failure(kSource): one is no directory, or lies
// in another.
std::vector<std::string> real_sources(const std::vector<std::string>& sources,
                                      const std::set<std::string>& as_named = {});

// Below $XDG_STATE_HOME/checkpointfs, else ~/.local/state/checkpointfs, for root /var/lib/checkpointfs; the
// name is made from the sources' real paths. Throws Failure(kSource) if a source does not exist or is not a
// directory. `identities`: what sources are known by that do not always lie in the same place, by source;
// `as_named`: see Options.
std::string default_index_file(const std::vector<std::string>& sources,
                               const std::map<std::string, std::string>& identities = {},
                               const std::set<std::string>& as_named = {});

// How long a command waits for a mount that is about to finish a scan.
inline constexpr std::chrono::seconds kPatience{5};

// Exclusive right to change an index, held as long as the object lives (flock on "<index>.lock", which names
// the holder for the error message of the next one). Throws Failure(kInUse). Mounts take it for the moments
// only in which they bring the index up to date.
class IndexLock {
 public:
  // `purpose`: e.g. "mount at /mnt/x". Waits up to `patience` for another holder.
  IndexLock(const std::string& index_file, const std::string& purpose,
            std::chrono::milliseconds patience = {});
  ~IndexLock();
  IndexLock(IndexLock&&) noexcept;

  // Gives the right back.
  void release();

  // Writes this process into the lock file. To be called after a fork(): the lock goes on in the child.
  void name_holder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A directory of a source, with all that is below it.
struct Scope {
  std::string source;  // its real path
  std::string path;    // below the source; "" for all of it
  friend auto operator<=>(const Scope&, const Scope&) = default;
};

// What a scan is to look at, and who looks on.
struct ScanRequest {
  std::vector<Scope> scopes = {};  // empty: every source. Nothing outside of them is taken for gone
  // Called for each directory that is entered, before it is listed. `fd` is open with O_DIRECTORY.
  std::function<void(const Scope& directory, int fd)> entered = {};
  // Projected files (rows) that are not as the index has them: they are looked at again.
  std::vector<int64_t> suspects = {};
  // A `_metadata` that ends too early is in progress while it is younger than this: it is not indexed.
  std::chrono::seconds settling{0};
  // Roots that do not answer are not waited for, if there are several: all of theirs stays as it is, and so
  // does each snapshot that names something there which the index does not know. May be null. Outlives the
  // scan.
  StoreCalls* calls = nullptr;
  // Now and then: the number of snapshots done and found so far.
  std::function<void(uint64_t done, uint64_t found)> progress = {};
};

struct ScanResult {
  uint64_t snapshots = 0;        // now in the index
  uint64_t metadata_read = 0;    // `_metadata` files that were read, the others had not changed
  uint64_t removed = 0;          // snapshots that are gone
  uint64_t files_looked_at = 0;  // stat calls on state files
  std::vector<std::string> unreadable_directories;  // could not be listed: what was known below them is kept
  // Links and directories that could lead to snapshots, and are not shown, with why in brackets.
  std::vector<std::string> passed_over;
  std::vector<Mapping> inferred;    // mappings found by this scan
  std::vector<Scope> in_progress;   // snapshots that are being written: see settling
  std::vector<std::string> silent;  // roots that did not answer, or failed
  std::vector<std::string> failed;  // why, of those that failed
  uint64_t unknown = 0;             // snapshots that stay as they are because of those
};

// Brings the index up to date with its sources, creating it if it is not there. The order of the rows, and so
// of inode numbers, depends on the sources' content only, not on the file system's order. Durable when it
// returns; a crash in the middle leaves the index as it was before, or a valid part of the new one.
// REQUIRES: the caller holds the IndexLock of options.index_file (which must not be empty).
// What could not be listed is not logged: the caller has it in the result.
// Throws Failure(kSource, kIndex; kUsage for a mapping), IndexError, SystemError.
ScanResult scan(const Options& options, const ScanRequest& request = {});

// The mappings that were given for this index so far, less those whose directory is gone; none if there is no
// index that can be read. Those whose directory does not answer stay, if there are `calls`.
std::vector<Mapping> given_mappings(const std::string& index_file, StoreCalls* calls = nullptr);

}  // namespace checkpointfs::index
