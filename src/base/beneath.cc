// SPDX-License-Identifier: Apache-2.0
#include "base/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>

#include "base/errors.h"

namespace checkpointfs::base {
namespace {

int openat2(int directory, const char* path, int flags) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  int fd = -1;
  do {
    fd = static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));  // EAGAIN: a rename raced with the walk
  return fd;
}

}  // namespace

void require_openat2() {
  const UniqueFd here(openat2(AT_FDCWD, ".", O_PATH | O_CLOEXEC));
  if (!here && errno == ENOSYS) {
    throw Failure(
        FailureKind::kMount,
        "this kernel has no openat2(2), which is needed to open files safely; Linux 5.6 or newer has it");
  }
}

UniqueFd open_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_errno("open directory", path);
  return fd;
}

UniqueFd try_open_beneath(int directory, const char* path, int flags) {
  const int how = (flags & O_PATH) != 0 ? flags | O_CLOEXEC : flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  return UniqueFd(openat2(directory, path, how));
}

UniqueFd try_open_regular_beneath(int directory, const char* path, struct stat* st) {
  UniqueFd fd = try_open_beneath(directory, path, O_RDONLY);
  if (!fd) return fd;
  if (::fstat(fd.get(), st) != 0) return {};
  if (!S_ISREG(st->st_mode)) {
    fd.reset();
    errno = EINVAL;
  }
  return fd;
}

int stat_beneath(int directory, const char* path, struct stat* st) {
  const UniqueFd fd = try_open_beneath(directory, path, O_PATH | O_NOFOLLOW);
  if (!fd) return errno;
  return ::fstat(fd.get(), st) == 0 ? 0 : errno;
}

}  // namespace checkpointfs::base
