// SPDX-License-Identifier: Apache-2.0
// The files and directories in the jobs' directories, as a listing found them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/spill/spilled_list.h"
#include "removal/model/identity.h"

namespace checkpointfs::removal {

struct ListedFile {
  Place place;
  Identity identity;
};

void pack(base::Packer& packer, const ListedFile& file);
void unpack(base::Unpacker& unpacker, ListedFile* file);

// A directory that is to go if nothing is left in it.
struct ListedDirectory {
  Place place;
  int64_t mtime_ns = 0;
};

// A file of Hadoop's whose owner is not there: see markers.h.
struct ListedMarker {
  Place place;
  Identity identity;
  Place owner;
};

// A directory of no job in which files have names of state files, as below the entropy keys of S3.
struct ListedElsewhere {
  Place place;
  uint64_t files = 0;
};

// The directory of a job: with chk-N in it, or with both shared/ and taskowned/.
struct ListedJob {
  Place place;
  bool has_snapshot = false;           // a `_metadata` lies in it or right below it
  bool only_flinks = true;             // nothing lies in it but what Flink makes there
  int64_t newest_mtime_ns = 0;         // of it and of the directories in it
  std::vector<ListedDirectory> below;  // all directories in it, the deepest first
};

struct Listing {
  base::SpilledList<ListedFile> files;  // regular ones, `_metadata` excepted
  std::vector<ListedMarker> orphaned_markers;
  std::vector<ListedElsewhere> not_looked_at;
  std::vector<ListedDirectory> failed;  // chk-N without `_metadata`
  std::vector<ListedJob> jobs;
  std::vector<std::string> unknown;  // what could not be listed, and why
};

}  // namespace checkpointfs::removal
