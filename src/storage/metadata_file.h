// SPDX-License-Identifier: Apache-2.0
// Reading a `_metadata` whole, and only if nobody changed it meanwhile.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/input_error.h"
#include "storage/state_file.h"

namespace checkpointfs::storage {

struct MetadataFile {
  std::string bytes;
  struct stat st = {};

  int64_t mtime_ns() const { return storage::mtime_ns(st); }
};

// Reads `<directory>/_metadata` beneath `root` (a directory's descriptor; "" is the root itself). Fails with
// a reason if it is not a regular file, lies behind a link, is larger than `max_size`, cannot be read, or
// changed while it was read. Throws SystemError if the error says nothing of the file.
base::Result<MetadataFile> read_metadata_file(int root, const std::string& directory,
                                              uint64_t max_size = uint64_t{4} << 30);

}  // namespace checkpointfs::storage
