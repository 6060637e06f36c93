// SPDX-License-Identifier: Apache-2.0
// One look at everything: all snapshots of all sources, read now, whatever an index says, and every file that
// they name.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "index/types.h"
#include "removal/place.h"

namespace checkpointfs::removal {

// Where to look.
struct Storage {
  std::vector<index::Root> roots;  // sources, and the directories of mappings
  std::vector<index::Mapping> mappings;

  std::vector<std::string> sources() const;
};

struct SeenSnapshot {
  Place place;        // of its directory
  Identity metadata;  // of its `_metadata`
  int64_t checkpoint_id = 0;
  bool is_checkpoint = false;   // in a directory chk-N, and not a savepoint
  std::vector<uint32_t> files;  // numbers in Survey::files, each once

  // The directory that holds it: that of its job.
  std::string job() const { return std::string(directory_of(place.path)); }
};

// A state file that a snapshot names.
struct SeenFile {
  Place place;
  bool is_there = false;  // as a regular file
  Identity identity;
  std::string uri;                                    // canonical
  bool whole = false;                                 // a snapshot needs all of it, and not only segments
  std::vector<std::pair<int64_t, int64_t>> segments;  // start and length of the others
  std::vector<uint32_t> snapshots;                    // numbers in Survey::snapshots, ascending
};

struct Survey {
  std::vector<std::string> sources;
  std::vector<SeenSnapshot> snapshots;  // by place
  std::vector<SeenFile> files;
  // Why nothing can be said of what is needed: one sentence each, with what to do. Empty: all is known.
  std::vector<std::string> unknown;

  std::map<Place, uint32_t> file_at;                                        // numbers in `files`
  std::map<std::pair<uint64_t, uint64_t>, std::vector<uint32_t>> by_inode;  // device, inode
  std::map<std::string, uint32_t, std::less<>> lost;  // base names of files that are not there

  const SeenSnapshot* snapshot_at(const Place& directory) const;
  // Its number in `snapshots`. REQUIRES: it is one of them.
  uint32_t number_of(const SeenSnapshot& snapshot) const {
    return static_cast<uint32_t>(&snapshot - snapshots.data());
  }
};

// Throws SystemError if a source cannot be opened. `progress` gets the snapshots read and found so far.
Survey survey(const Storage& storage, const std::function<void(uint64_t, uint64_t)>& progress = {});

// Throws Failure(kRefused) if something is unknown, or if no snapshot is there at all, unless that may be.
void require_known(const Survey& survey, bool may_be_empty = false);

}  // namespace checkpointfs::removal
