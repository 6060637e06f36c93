// SPDX-License-Identifier: Apache-2.0
// A plan is a list of the snapshots, files and directories that are to be removed, made before anything
// happens.
//
// The folder has the values that all parts of a removal hand to each other, and no decision: a Place and an
// Identity (identity.h) name a file and tell whether it is unchanged; Storage (storage.h) says where to look;
// Survey (survey.h) and Listing (listing.h) are the snapshots and the files that were found; Plan is the
// result of judging them. Caller (caller.h) is the user on whose behalf a mount removes. rules.h lists the
// rules of deleting by name; names.h and marker_names.h know the names of Flink and Hadoop. A plan says why
// each file goes, and has the inputs that it was made of, so that a later apply can refuse changed ones.
// trash/plan_json.h writes plans as text.
//
// There may be many million files. The lists of them lie outside of memory (base/spill/spilled_list.h), and
// so do the files that snapshots name, and by which snapshots: in a temporary database (seen_files.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/spill/spilled_list.h"
#include "removal/model/caller.h"
#include "removal/model/listing.h"
#include "removal/model/identity.h"
#include "storage/types.h"

namespace checkpointfs::removal {

inline constexpr int64_t kDefaultGraceNs = int64_t{3} * 24 * 3600 * 1'000'000'000;

struct PlannedSnapshot {
  Place place;
  Identity metadata;
  std::string why;
  bool unreadable = false;  // nobody knows what it names: see quarantine.h
};

// A file of Hadoop's. It goes if its owner is not there any more.
struct PlannedMarker {
  Place place;
  Identity identity;
  Place owner;
};

struct PlannedFile {
  Place place;
  Identity identity;
  std::string uri;  // "" if nobody named it
  std::string why;
  bool is_named = false;
};

struct KeptFile {
  Place place;
  int64_t size = 0;
  std::string why;
};

// There may be many million files.
using PlannedFiles = base::SpilledList<PlannedFile>;
void pack(base::Packer& packer, const PlannedFile& file);
void unpack(base::Unpacker& unpacker, PlannedFile* file);
void pack(base::Packer& packer, const KeptFile& file);
void unpack(base::Unpacker& unpacker, KeptFile* file);

struct KeptSnapshot {
  Place place;
  std::string why;
};

struct SourceFacts {
  std::string path;
  uint64_t inode = 0;
  friend bool operator==(const SourceFacts&, const SourceFacts&) = default;
};

// The number of snapshots right below each directory.
using JobCounts = std::map<Place, uint64_t>;

struct Plan {
  std::string id;       // no other plan has it
  std::string command;  // "rm" or "gc"
  int64_t made_ns = 0;
  int64_t grace_ns = kDefaultGraceNs;
  bool force_newest = false;
  std::optional<Caller> caller;  // whose request it is, if not this process'
  bool force_most = false;

  // Its inputs.
  std::vector<SourceFacts> sources;
  std::vector<storage::Mapping> mappings;
  std::vector<std::string> excluded;  // as of the storage
  bool follow_links = false;
  std::vector<std::string> ha;  // each a high-availability.storageDir: what it names stays
  JobCounts others;             // snapshots of the sources that stay

  std::vector<PlannedSnapshot> snapshots;
  PlannedFiles files;  // in the order in which they go
  std::vector<PlannedMarker> markers;
  std::vector<Place> directories;  // that go if they are empty then, the deepest first

  // Facts for messages, which are not written to a file with the plan.
  std::vector<KeptSnapshot> kept_snapshots;
  base::SpilledList<KeptFile> kept;
  std::vector<ListedElsewhere> not_looked_at;
  uint64_t wasted_bytes = 0;  // of files that stay for segments of theirs, in no segment that is needed

  bool empty() const { return snapshots.empty() && files.empty() && markers.empty() && directories.empty(); }
  // Is true if the plan sets snapshots aside that cannot be decoded: then nothing but their `_metadata` goes.
  bool is_quarantine() const;
  uint64_t bytes() const;
};

// "20261125T101500Z-1f2e3d4c".
std::string new_plan_id(int64_t now_ns);

std::vector<SourceFacts> facts_of(const std::vector<std::string>& sources);

}  // namespace checkpointfs::removal
