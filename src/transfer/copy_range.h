// SPDX-License-Identifier: Apache-2.0
// Copies bytes from file to file, or shares their blocks where the file system can.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/disk_operations.h"
#include "transfer/checksums.h"

namespace checkpointfs::transfer {

// The bytes of a copy, shared or copied: at least one of the two is 0.
struct CopiedRange {
  uint64_t shared = 0;  // both files have the same blocks on the disk (reflink)
  uint64_t copied = 0;
};

// Copies `length` bytes of the file `from`, from byte `start` on, into the empty file `to`, which is at its
// start, in the cheapest way that works: shared blocks, copy_file_range(), reading and writing. If sums are
// wanted, shared blocks are read for them, and copy_file_range() is left out, as the bytes would have to be
// read a second time. `name`: of `from`, for messages. Throws SystemError if `to` cannot be written, and as
// read_range() if `from` cannot be read.
CopiedRange copy_range(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                       Summing& summing, const OnBytes& on_bytes, storage::DiskOperations& disk);

}  // namespace checkpointfs::transfer
