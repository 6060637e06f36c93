// SPDX-License-Identifier: Apache-2.0
// The snapshots of a storage, and the files that they need, as a survey found them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/path.h"
#include "removal/model/identity.h"

namespace checkpointfs::removal {

struct SeenSnapshot {
  Place place;        // of its directory
  Identity metadata;  // of its `_metadata`
  int64_t checkpoint_id = 0;
  bool is_checkpoint = false;  // in a directory chk-N, and not a savepoint, and not hidden
  bool hidden = false;  // no projection shows it: it needs its files, and no rule of retention is for it
  // Somebody copied it there, out of a mount: all names are relative, and it lies in no directory of a job.
  bool is_self_contained_copy = false;
  std::vector<uint32_t> files;  // numbers in Survey::files, each once
  // The reason why its `_metadata` cannot be decoded, although its bytes can be read; "" otherwise.
  std::string unreadable = {};
  bool is_usable = true;  // all of `files` are there, with the sizes that its metadata records

  // The directory that holds it: that of its job.
  std::string job() const { return std::string(base::parent(place.path)); }
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

// A directory that had snapshots and has none now, or is not the directory that it was.
struct Missing {
  std::string path;  // absolute
  std::string why;   // "had snapshots and has none now"
};

struct Quarantined {
  Place place;                               // of the snapshot's directory
  std::string plan;                          // its id
  std::set<std::string, std::less<>> names;  // of state files, as far as they occur in its bytes
  bool damaged = false;                      // it is of a known format, so that bytes are lost or wrong
};

struct Survey {
  std::vector<std::string> sources;
  std::vector<std::string> excluded;    // as of the storage
  std::vector<SeenSnapshot> snapshots;  // by place
  std::vector<SeenFile> files;
  // Reasons why nobody can say which files are needed: one sentence each, with what to do. Empty: all is
  // known.
  std::vector<std::string> unknown;
  std::vector<Quarantined> quarantined;  // what they may name stays
  // Directories for which more files may be needed than the snapshots name.
  std::vector<Missing> missing;

  std::map<Place, uint32_t> file_at;                  // numbers in `files`
  std::map<std::string, uint32_t, std::less<>> lost;  // by base name: the first file of it that is not there
  std::vector<uint32_t> by_name;                      // numbers of files that are there, by base name

  // The numbers of the files that are there and have this base name.
  std::vector<uint32_t> files_named(std::string_view name) const;

  const SeenSnapshot* snapshot_at(const Place& directory) const;
  // Its number in `snapshots`. REQUIRES: it is one of them.
  uint32_t number_of(const SeenSnapshot& snapshot) const {
    return static_cast<uint32_t>(&snapshot - snapshots.data());
  }
};

}  // namespace checkpointfs::removal
