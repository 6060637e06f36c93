// SPDX-License-Identifier: Apache-2.0
// Copies bytes from file to file, or shares their blocks where the file system can.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/disk_operations.h"

namespace checkpointfs::transfer {

// The bytes of a copy, shared or copied: at least one of the two is 0.
struct CopiedRange {
  uint64_t shared = 0;  // both files have the same blocks on the disk (reflink)
  uint64_t copied = 0;
};

// Copies `length` bytes of the file `from`, from byte `start` on, into the empty file `to`, which is at its
// start. `name`: of `from`, for messages. Throws SystemError; its code is EIO if `from` ends too early.
CopiedRange copy_range(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                       storage::DiskOperations& disk);

}  // namespace checkpointfs::transfer
