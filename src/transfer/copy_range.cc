// SPDX-License-Identifier: Apache-2.0
#include "transfer/copy_range.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr uint64_t kBuffer = 1 << 20;
constexpr uint64_t kAtOnce = 1 << 30;  // of copy_file_range, far below what it takes

bool try_share(int from, uint64_t start, uint64_t length, int to) {
  file_clone_range range = {};
  range.src_fd = from;
  range.src_offset = start;
  range.src_length = length;
  return ::ioctl(to, FICLONERANGE, &range) == 0;
}

// Bytes that the kernel copied by itself: all, or as many as it could between these file systems.
uint64_t copy_in_kernel(int from, uint64_t start, uint64_t length, int to) {
  uint64_t done = 0;
  while (done < length) {
    auto at = static_cast<off_t>(start + done);
    const ssize_t n =
        ::copy_file_range(from, &at, to, nullptr, std::min<uint64_t>(length - done, kAtOnce), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;  // what is wrong shows when the rest is read
    done += static_cast<uint64_t>(n);
  }
  return done;
}

void write_all(int to, const char* bytes, size_t size, std::string_view name) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::write(to, bytes + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("write the copy of", name);
    done += static_cast<size_t>(n);
  }
}

void copy_by_hand(int from, uint64_t start, uint64_t length, int to, std::string_view name) {
  std::vector<char> buffer(std::min(length, kBuffer));
  uint64_t done = 0;
  while (done < length) {
    const ssize_t n = ::pread(from, buffer.data(), std::min<uint64_t>(buffer.size(), length - done),
                              static_cast<off_t>(start + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", name);
    if (n == 0)
      throw base::SystemError(EIO, base::format("read {}: it ended {} bytes too early", name, length - done));
    write_all(to, buffer.data(), static_cast<size_t>(n), name);
    done += static_cast<uint64_t>(n);
  }
}

}  // namespace

CopiedRange copy_range(int from, uint64_t start, uint64_t length, int to, std::string_view name) {
  if (length == 0) return {};  // which FICLONERANGE would take for all that there is
  if (try_share(from, start, length, to)) return {length, 0};
  const uint64_t done = copy_in_kernel(from, start, length, to);
  if (done < length) copy_by_hand(from, start + done, length - done, to, name);
  return {0, length};
}

}  // namespace checkpointfs::transfer
