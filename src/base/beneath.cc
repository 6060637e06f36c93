// SPDX-License-Identifier: Apache-2.0
#include "base/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <iterator>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"

namespace checkpointfs::base {
namespace {

constexpr uint64_t kBeneath = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;

int openat2(int directory, const char* path, int flags, uint64_t resolve = kBeneath) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = resolve;
  int fd = -1;
  do {
    fd = static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));  // EAGAIN: a rename raced with the walk
  return fd;
}

// Components of `path`, the last one first.
std::vector<std::string> reversed_components(const std::string& path) {
  std::vector<std::string> components;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) components.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  std::reverse(components.begin(), components.end());
  return components;
}

// The target of the symbolic link `link`.
std::string target_of(int link) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
  target.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return target;
}

// Looks at each component as the kernel would, and follows no link but those of root and of this user:
// whoever may replace a component must not make this process look elsewhere. On failure the result is empty,
// and errno is set.
UniqueFd open_through_trusted_links(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the kernel
  const auto start = [](const std::string& of) {
    return UniqueFd(::open(of.starts_with('/') ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  };
  UniqueFd at = start(path);
  std::vector<std::string> rest = reversed_components(path);
  for (int links = 0; at && !rest.empty();) {
    const std::string component = std::move(rest.back());
    rest.pop_back();
    UniqueFd next(::openat(at.get(), component.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat st = {};
    if (!next || ::fstat(next.get(), &st) != 0) return {};
    if (!S_ISLNK(st.st_mode)) {
      at = std::move(next);
      continue;
    }
    if (st.st_uid != 0 && st.st_uid != ::geteuid()) {
      throw SystemError(
          ELOOP,
          base::format(
              "open directory {}: {} is a symbolic link that user {} has made; if it is right, name the directory that it leads to",
              path, printable(component), st.st_uid));
    }
    const std::string target = target_of(next.get());
    if (target.empty() || ++links > kMostLinks) {
      errno = ELOOP;
      return {};
    }
    if (target.front() == '/') at = start(target);
    std::ranges::move(reversed_components(target), std::back_inserter(rest));
  }
  // The last one may be anything.
  return at ? UniqueFd(::openat(at.get(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC)) : UniqueFd();
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
  // Nearly all are real paths, and stay so.
  UniqueFd fd(openat2(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC,
                      RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS));
  if (!fd && errno == ELOOP) fd = open_through_trusted_links(path);
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
