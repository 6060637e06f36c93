// SPDX-License-Identifier: Apache-2.0
#include "transfer/copy_range.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr uint64_t kBuffer = 1 << 20;

void copy_by_hand(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                  storage::DiskOperations& disk) {
  std::vector<char> buffer(std::min(length, kBuffer));
  uint64_t done = 0;
  while (done < length) {
    const ssize_t n = ::pread(from, buffer.data(), std::min<uint64_t>(buffer.size(), length - done),
                              static_cast<off_t>(start + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", name);
    if (n == 0)
      throw base::SystemError(EIO, base::format("read {}: it ended {} bytes too early", name, length - done));
    if (const int error = disk.append(to, {buffer.data(), static_cast<size_t>(n)}); error != 0)
      throw base::SystemError(error, "write the copy of", name);
    done += static_cast<uint64_t>(n);
  }
}

}  // namespace

CopiedRange copy_range(int from, uint64_t start, uint64_t length, int to, std::string_view name,
                       storage::DiskOperations& disk) {
  if (length == 0) return {};  // which FICLONERANGE would take for all that there is
  if (disk.share_range(from, start, length, to) == 0) return {length, 0};
  // If the kernel cannot copy the range, the reason shows when the rest is read and written.
  uint64_t done = 0;
  disk.copy_range(from, start, length, to, &done);
  if (done < length) copy_by_hand(from, start + done, length - done, to, name, disk);
  return {0, length};
}

}  // namespace checkpointfs::transfer
