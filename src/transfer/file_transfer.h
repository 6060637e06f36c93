// SPDX-License-Identifier: Apache-2.0
// Puts state files into the directory of a pin, as hard links or as copies.
//
// PinFiles takes the files of one snapshot one by one. It opens each file beneath its root through no link,
// checks that its size is the one in the index, and links it; a segment, and every file if copies were asked
// for, is copied (copy_range.h), with shared blocks where the file system can. A copy gets the owner,
// permissions and time of its original. Root links or copies only files of the owner of the metadata, as
// metadata can name anything. The folder knows neither names of pins nor the order in which a pin is made
// durable: that is the task of pins/pin_maker.h. All changes go through storage/disk_operations.h.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>

#include "base/unique_fd.h"
#include "index/database/types.h"
#include "storage/disk_operations.h"
#include "storage/types.h"

namespace checkpointfs::transfer {

struct PlacedFiles {
  uint64_t files = 0;
  uint64_t linked_bytes = 0;
  uint64_t shared_bytes = 0;  // copies that have the original's blocks (reflinks)
  uint64_t copied_bytes = 0;
};

class PinFiles {
 public:
  // `directory`: of the pin, outlives this. `copy`: make no links. `snapshot`: for messages. `metadata`: of
  // the snapshot: what its owner names is not for root to hand on if it belongs to somebody else.
  PinFiles(int directory, bool copy, const index::Snapshot& snapshot, const struct stat& metadata,
           storage::DiskOperations& disk)
      : directory_(directory), copy_(copy), snapshot_(snapshot), owner_(metadata.st_uid), disk_(disk) {}

  // The file as the projection shows it, called `name`. A segment is always copied, even if it is all there
  // is of its file: Flink may go on appending to that. Throws Failure(kRefused) if it is somebody else's,
  // Failure(kSource) if the file is gone,
  // Failure(kBroken) if it is not what was indexed, SystemError.
  void add(const std::string& name, const index::FileLocation& file, bool segment);

  const PlacedFiles& placed() const { return placed_; }

 private:
  int root(const storage::Root& root);
  void link(int fd, const std::string& name, const std::string& path);
  void copy(int fd, const struct stat& st, const std::string& name, const index::FileLocation& file,
            const std::string& path);
  void require_theirs(const struct stat& st, const std::string& path) const;
  [[noreturn]] void gone(const std::string& path) const;

  int directory_;
  bool copy_;
  const index::Snapshot& snapshot_;
  uid_t owner_;
  storage::DiskOperations& disk_;
  std::map<int64_t, base::UniqueFd> roots_;
  PlacedFiles placed_;
};

// Gives `fd` the owner of the original, where that is allowed.
void take_owner(int fd, const struct stat& original, storage::DiskOperations& disk);

// Gives `fd`, a new file, the owner, the permissions and the time of the original. Throws SystemError.
void take_attributes(int fd, const struct stat& original, const std::string& path,
                     storage::DiskOperations& disk);

}  // namespace checkpointfs::transfer
