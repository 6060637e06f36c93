// SPDX-License-Identifier: Apache-2.0
// The snapshots of a storage, and the files that they need, as a survey found them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/path.h"
#include "removal/model/identity.h"
#include "removal/model/seen_files.h"

namespace checkpointfs::removal {

struct SeenSnapshot {
  Place place;        // of its directory
  Identity metadata;  // of its `_metadata`
  int64_t checkpoint_id = 0;
  bool is_checkpoint = false;  // in a directory chk-N, and not a savepoint, and not hidden
  bool hidden = false;  // no projection shows it: it needs its files, and no rule of retention is for it
  // Somebody copied it there, out of a mount: all names are relative, and it lies in no directory of a job.
  bool is_self_contained_copy = false;
  bool has_files = false;     // it names any
  bool has_all_files = true;  // all that it names are there
  // The reason why its `_metadata` cannot be decoded, although its bytes can be read; "" otherwise.
  std::string unreadable = {};
  bool is_usable = true;  // all of its files are there, with the sizes that its metadata records

  // The directory that holds it: that of its job.
  std::string job() const { return std::string(base::parent(place.path)); }
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
  SeenFiles files;
  // Reasons why nobody can say which files are needed: one sentence each, with what to do. Empty: all is
  // known.
  std::vector<std::string> unknown;
  std::vector<Quarantined> quarantined;  // what they may name stays
  // Directories for which more files may be needed than the snapshots name.
  std::vector<Missing> missing;

  const SeenSnapshot* snapshot_at(const Place& directory) const;
  // Its number in `snapshots`. REQUIRES: it is one of them.
  uint32_t number_of(const SeenSnapshot& snapshot) const {
    return static_cast<uint32_t>(&snapshot - snapshots.data());
  }
};

}  // namespace checkpointfs::removal
