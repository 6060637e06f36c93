// SPDX-License-Identifier: Apache-2.0
#include "base/named_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"

namespace checkpointfs::base {
namespace {

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a directory";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

void require_regular(const struct stat& st, const std::string& path) {
  if (S_ISREG(st.st_mode)) return;
  throw Failure(FailureKind::kUsage,
                base::format("{} is {}; name a regular file", printable(path), kind_of(st.st_mode)));
}

void fill_file(int fd, const std::string& path, const std::function<void(const WriteText&)>& fill) {
  constexpr size_t kBuffer = 65536;
  std::string buffer;
  fill([&](std::string_view piece) {
    buffer += piece;
    if (buffer.size() < kBuffer) return;
    write_all(fd, path, buffer);
    buffer.clear();
  });
  write_all(fd, path, buffer);
}

// A file that did not exist, in the same directory. Its name is no secret: O_EXCL follows no link.
UniqueFd open_new(int directory, const std::string& prefix, std::string* name, const std::string& path) {
  for (int i = 0;; ++i) {
    *name = base::format("{}.{}.{}.new", prefix, ::getpid(), i);
    UniqueFd fd(
        ::openat(directory, name->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (fd) return fd;
    if (errno != EEXIST || i == 100) throw_errno("write", path);
  }
}

}  // namespace

void require_regular_if_there(const std::string& path) {
  struct stat st = {};
  const bool is_link = ::lstat(path.c_str(), &st) == 0 && S_ISLNK(st.st_mode);
  if (is_link && st.st_uid != 0 && st.st_uid != ::geteuid()) require_regular(st, path);
  if (::stat(path.c_str(), &st) == 0) require_regular(st, path);
}

UniqueFd open_named(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat st = {};
  if (!fd || ::fstat(fd.get(), &st) != 0) {
    if (errno == ENXIO) require_regular_if_there(path);  // a socket
    throw_errno("open", path);
  }
  require_regular(st, path);
  return fd;
}

std::string read_up_to(int fd, const std::string& name, uint64_t limit) {
  struct stat st = {};
  if (::fstat(fd, &st) != 0) throw_errno("cannot read", name);
  std::string text;
  size_t used = 0;
  const auto size = static_cast<uint64_t>(std::max<off_t>(st.st_size, 0));
  // Files of /proc and of the control directory say that they are empty: the size is only a first guess.
  for (size_t room = size + 4096;; room = text.size() * 2) {
    if (used > limit || size > limit) {
      throw Failure(FailureKind::kInput, base::format("{} is larger than {}, and is not read",
                                                      printable(name), human_bytes(limit)));
    }
    text.resize(room);
    while (used < text.size()) {
      const ssize_t n = ::read(fd, text.data() + used, text.size() - used);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw_errno("cannot read", name);
      if (n == 0) {
        if (used > limit) break;
        text.resize(used);
        return text;
      }
      used += static_cast<size_t>(n);
    }
  }
}

void write_all(int fd, const std::string& name, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("write", name);
    text.remove_prefix(static_cast<size_t>(n));
  }
}

void replace_file(const std::string& path, std::string_view text) {
  replace_file(path, [&](const WriteText& write) { write(text); });
}

void replace_file(const std::string& path, const std::function<void(const WriteText&)>& fill) {
  const size_t slash = path.rfind('/');
  const std::string above = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty()) throw SystemError(EISDIR, "write", path);
  const UniqueFd directory(::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw_errno("write", path);
  struct stat st = {};
  if (::fstatat(directory.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0) require_regular(st, path);
  std::string temporary;
  // A name of 255 bytes has no longer one beside it.
  const UniqueFd fd = open_new(directory.get(), "." + name.substr(0, 200), &temporary, path);
  try {
    fill_file(fd.get(), path, fill);
    if (::fsync(fd.get()) != 0) throw_errno("write", path);
    if (::renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) != 0)
      throw_errno("write", path);
  } catch (...) {
    ::unlinkat(directory.get(), temporary.c_str(), 0);
    throw;
  }
}

}  // namespace checkpointfs::base
