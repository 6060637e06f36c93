// SPDX-License-Identifier: Apache-2.0
#include "transfer/copy_range.h"

#include <algorithm>

#include "base/errors.h"

namespace checkpointfs::transfer {
namespace {

constexpr uint64_t kAtOnce = 64 << 20;  // bytes of one call, so that progress shows and an interrupt ends it

void read_and_write(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                    Summing& summing, const OnBytes& on_bytes, storage::DiskOperations& disk) {
  read_range(from, start, length, name, [&](std::string_view bytes) {
    summing.update(bytes);
    if (const int error = disk.append(to, bytes); error != 0)
      throw base::SystemError(error, "write the copy of", name);
    if (on_bytes) on_bytes(bytes.size());
  });
}

// Returns the bytes that the kernel copied: fewer than `length` if it cannot. The reason shows when the rest
// is read and written.
uint64_t copy_in_kernel(int from, uint64_t start, uint64_t length, int to, const OnBytes& on_bytes,
                        storage::DiskOperations& disk) {
  uint64_t done = 0;
  while (done < length) {
    const uint64_t wanted = std::min(length - done, kAtOnce);
    uint64_t copied = 0;
    const int error = disk.copy_range(from, start + done, wanted, to, &copied);
    done += copied;
    if (on_bytes && copied > 0) on_bytes(copied);
    if (error != 0 || copied < wanted) break;
  }
  return done;
}

}  // namespace

CopiedRange copy_range(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                       Summing& summing, const OnBytes& on_bytes, storage::DiskOperations& disk) {
  if (length == 0) return {};  // which FICLONERANGE would take for all that there is
  if (disk.share_range(from, start, length, to) == 0) {
    if (summing.is_wanted()) {
      sum_range(from, start, length, name, summing, on_bytes);
    } else if (on_bytes) {
      on_bytes(length);
    }
    return {length, 0};
  }
  const uint64_t done = summing.is_wanted() ? 0 : copy_in_kernel(from, start, length, to, on_bytes, disk);
  read_and_write(from, start + done, length - done, to, name, summing, on_bytes, disk);
  return {0, length};
}

}  // namespace checkpointfs::transfer
