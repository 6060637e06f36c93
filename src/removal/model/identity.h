// SPDX-License-Identifier: Apache-2.0
// The identity of a file: the same file, unchanged.
#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "base/spill/packed_record.h"
#include "storage/state_file.h"
#include "storage/types.h"

namespace checkpointfs::removal {

using storage::absolute;
using storage::Place;

// Tells one file from another, a changed file from an unchanged one, and names its owner.
struct Identity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
  // Does not count when two identities are compared; 0 if nobody asked for it, as in a plan that was read
  // from a file.
  int64_t ctime_ns = 0;
  uint32_t uid = 0;
};

inline Identity identity_of(const struct stat& st) {
  return {
      st.st_dev, st.st_ino, static_cast<int64_t>(st.st_size), storage::mtime_ns(st), storage::ctime_ns(st),
      st.st_uid};
}

// For lists that are not held in memory.
void pack(base::Packer& packer, const Place& place);
void unpack(base::Unpacker& unpacker, Place* place);
void pack(base::Packer& packer, const Identity& identity);
void unpack(base::Unpacker& unpacker, Identity* identity);

}  // namespace checkpointfs::removal
