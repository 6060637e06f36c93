// SPDX-License-Identifier: Apache-2.0
#include "storage/disk_operations.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/text/message.h"

namespace checkpointfs::storage {
namespace {

int result_of(int returned) {
  return returned == 0 ? 0 : errno;
}

}  // namespace

int DiskOperations::make_directory(int parent, const char* name, mode_t mode) {
  return result_of(::mkdirat(parent, name, mode));
}

int DiskOperations::move(int from, const char* name, int to, const char* new_name) {
  if (::renameat2(from, name, to, new_name, RENAME_NOREPLACE) == 0) return 0;
  // Network file systems do not know the flag; nobody else writes where a trash or its owner does.
  if (errno != EINVAL) return errno;
  struct stat st = {};
  if (::fstatat(to, new_name, &st, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return result_of(::renameat(from, name, to, new_name));
}

int DiskOperations::replace(int directory, const char* name, const char* new_name) {
  return result_of(::renameat(directory, name, directory, new_name));
}

int DiskOperations::remove_file(int directory, const char* name) {
  return result_of(::unlinkat(directory, name, 0));
}

int DiskOperations::remove_directory(int parent, const char* name) {
  return result_of(::unlinkat(parent, name, AT_REMOVEDIR));
}

int DiskOperations::create_file(int directory, const char* name, base::UniqueFd* file) {
  *file = base::UniqueFd(
      ::openat(directory, name, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600));
  return *file ? 0 : errno;
}

int DiskOperations::create_new_file(int directory, const char* name, mode_t mode, base::UniqueFd* file) {
  *file =
      base::UniqueFd(::openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  return *file ? 0 : errno;
}

int DiskOperations::link(int file, int directory, const char* name) {
  // Without privileges, or with an older kernel: ENOENT.
  if (::linkat(file, "", directory, name, AT_EMPTY_PATH) == 0) return 0;
  if (errno != ENOENT && errno != EINVAL) return errno;
  const std::string path = base::format("/proc/self/fd/{}", file);
  return result_of(::linkat(AT_FDCWD, path.c_str(), directory, name, AT_SYMLINK_FOLLOW));
}

int DiskOperations::append(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

int DiskOperations::share_range(int from, uint64_t start, uint64_t length, int to) {
  file_clone_range range = {};
  range.src_fd = from;
  range.src_offset = start;
  range.src_length = length;
  return result_of(::ioctl(to, FICLONERANGE, &range));
}

int DiskOperations::copy_range(int from, uint64_t start, uint64_t length, int to, uint64_t* copied) {
  constexpr uint64_t kAtOnce = 1 << 30;  // far below the most that copy_file_range() takes
  *copied = 0;
  while (*copied < length) {
    auto at = static_cast<off_t>(start + *copied);
    const ssize_t n = ::copy_file_range(from, &at, to, nullptr, std::min(length - *copied, kAtOnce), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return 0;  // the file ended
    *copied += static_cast<uint64_t>(n);
  }
  return 0;
}

int DiskOperations::cut(int file, off_t size) {
  return result_of(::ftruncate(file, size));
}

int DiskOperations::sync(int fd) {
  return result_of(::fsync(fd));
}

int DiskOperations::sync_file_system(int fd) {
  return result_of(::syncfs(fd));
}

int DiskOperations::set_attributes(int directory, mode_t mode, uid_t uid, gid_t gid) {
  struct stat st = {};
  if (::fstat(directory, &st) != 0) return errno;
  if ((st.st_uid != uid || st.st_gid != gid) && ::fchown(directory, uid, gid) != 0 && errno != EPERM)
    return errno;
  return result_of(::fchmod(directory, mode & 07777));
}

int DiskOperations::set_owner(int fd, uid_t uid, gid_t gid) {
  return result_of(::fchown(fd, uid, gid));
}

int DiskOperations::set_mode(int fd, mode_t mode) {
  return result_of(::fchmod(fd, mode));
}

int DiskOperations::set_mtime(int fd, int64_t mtime_ns) {
  const std::array<struct timespec, 2> times = {
      {{0, UTIME_OMIT}, {mtime_ns / 1'000'000'000, mtime_ns % 1'000'000'000}}};
  return result_of(::futimens(fd, times.data()));
}

int64_t DiskOperations::now_ns() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace checkpointfs::storage
