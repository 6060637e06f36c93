// SPDX-License-Identifier: Apache-2.0
// The files that one snapshot's metadata names.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "removal/model/identity.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::removal {

// A file or a segment of one that a handle names.
struct NamedFile {
  const storage::FilePlace* place = nullptr;  // has a location; of ReadSnapshot::places
  bool segment = false;
  int64_t start = 0;
  int64_t size = 0;           // recorded; -1 unknown
  bool size_is_exact = true;  // the size of the file; else the file may be longer or shorter (changelog)
};

struct ReadSnapshot {
  ReadSnapshot() = default;
  ReadSnapshot(ReadSnapshot&&) = default;
  ReadSnapshot& operator=(ReadSnapshot&&) = default;

  bool gone = false;  // it vanished before it was read
  Identity metadata;
  int64_t checkpoint_id = 0;
  bool is_checkpoint = false;
  bool is_self_contained_copy = false;  // see SeenSnapshot
  std::deque<storage::FilePlace> places;
  std::vector<NamedFile> files;
  std::string unreadable;            // why it cannot be decoded, though its bytes can be read
  std::vector<std::string> unknown;  // what cannot be told of it, and why
};

// Reads and decodes `<snapshot>/_metadata` beneath `root`. Thread-safe.
ReadSnapshot read_snapshot(int root, const storage::Location& snapshot, const storage::Resolver& resolver);

}  // namespace checkpointfs::removal
