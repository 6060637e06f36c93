// SPDX-License-Identifier: Apache-2.0
#include "storage/control_directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "storage/directory_listing.h"

namespace checkpointfs::storage {
namespace {

constexpr mode_t kWritableByOthers = S_IWGRP | S_IWOTH;

// Is true if the owners of files may be made up by the file system: mounts of object stores show one for all
// of them, servers of NFS and SMB may map all users to one.
bool may_make_up_owners(int fd) {
  struct statfs st = {};
  if (::fstatfs(fd, &st) != 0) return false;
  switch (static_cast<uint32_t>(st.f_type)) {
    case FUSE_SUPER_MAGIC:
    case NFS_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case V9FS_MAGIC:
      return true;
    default:
      return false;
  }
}

// Refuses a control directory, or something in it, of somebody else, and says what to do.
[[noreturn]] void refuse(const std::string& path, const struct stat& st) {
  const bool is_foreign = st.st_uid != 0 && st.st_uid != ::geteuid();
  std::string message = base::format("{} ", base::printable(path));
  if (is_foreign) {
    message += base::format(
        "belongs to user {}, who may have forged it, so nothing in it is used; run the command as that user, or look at it and move it away: mv {} {}.foreign",
        st.st_uid, base::printable(path), base::printable(path));
  } else if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) {
    message += "is neither a file nor a directory; look at it and move it away";
  } else if ((st.st_mode & kWritableByOthers) != 0) {
    message += base::format(
        "can be written by others, who may have forged it, so nothing in it is used; look at it, then: chmod go-w {}",
        base::printable(path));
  } else {
    message += "has other names as well (hard links); look at it and move it away";
  }
  throw base::Failure(base::FailureKind::kRefused, message);
}

void check(int error, std::string_view action, std::string_view path) {
  if (error != 0) throw base::SystemError(error, action, path);
}

// A descriptor that can be read from, of a directory that may be open with O_PATH only.
base::UniqueFd open_again(int directory) {
  return base::try_open_beneath(directory, ".", O_RDONLY | O_DIRECTORY);
}

int each_below(int parent, const std::string& directory, const std::string& path, const TakeEntry& take) {
  base::UniqueFd fd = base::try_open_beneath(parent, directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd) return errno;
  const base::UniqueFd held = open_again(fd.get());
  if (!held) return errno;
  std::vector<std::string> names;
  const int error = list_directory(std::move(fd), [&](int, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    return 0;
  });
  if (error != 0) return error;
  std::ranges::sort(names);
  for (const std::string& name : names) {
    struct stat st = {};
    if (::fstatat(held.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) return errno;
    const std::string below = base::join(path, name);
    if (S_ISDIR(st.st_mode)) {
      if (const int failed = each_below(held.get(), name, below, take); failed != 0) return failed;
    }
    if (const int failed = take(held.get(), name, below, st); failed != 0) return failed;
  }
  return 0;
}

}  // namespace

ControlDirectory::ControlDirectory(std::string source, base::UniqueFd source_fd)
    : source_(std::move(source)), source_fd_(std::move(source_fd)) {
  struct stat st = {};
  if (may_make_up_owners(this->source_fd()) && ::fstat(this->source_fd(), &st) == 0) shown_for_all_ = st;
}

std::string ControlDirectory::path() const {
  return base::join(source_, kControlDirectory);
}

bool ControlDirectory::is_own(const struct stat& st) const {
  bool is_owner = st.st_uid == 0 || st.st_uid == ::geteuid();
  mode_t writable = st.st_mode & kWritableByOthers;
  if (shown_for_all_ && st.st_uid == shown_for_all_->st_uid) {
    is_owner = true;
    if ((shown_for_all_->st_mode & 07777) == (st.st_mode & 07777)) writable = 0;
  }
  return is_owner && writable == 0;
}

void ControlDirectory::require_own(int fd, const std::string& path) const {
  struct stat st = {};
  if (::fstat(fd, &st) != 0) base::throw_errno("stat", path);
  const bool is_one = S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_nlink <= 1);
  if (!is_one || !is_own(st)) refuse(path, st);
}

base::UniqueFd ControlDirectory::try_open(int parent, const std::string& name,
                                          const std::string& path) const {
  base::UniqueFd fd = base::try_open_beneath(parent, name.c_str(), O_RDONLY | O_DIRECTORY);
  if (fd) require_own(fd.get(), path);
  return fd;
}

base::UniqueFd ControlDirectory::make(int parent, const std::string& name, mode_t mode,
                                      const std::string& path, DiskOperations& disk) const {
  const int error = disk.make_directory(parent, name.c_str(), mode);
  if (error != 0 && error != EEXIST) throw base::SystemError(error, "create directory", path);
  base::UniqueFd fd = try_open(parent, name, path);
  if (!fd) base::throw_errno("open directory", path);
  if (error == EEXIST) return fd;
  struct stat st = {};
  if (::fstat(fd.get(), &st) != 0) base::throw_errno("stat", path);
  if ((st.st_mode & 0777) != mode) check(disk.set_mode(fd.get(), mode), "change the mode of", path);
  const base::UniqueFd above = open_again(parent);
  if (!above) base::throw_errno("open the directory of", path);
  check(disk.sync(above.get()), "write to disk the directory of", path);
  return fd;
}

std::optional<ControlDirectory> ControlDirectory::open_unchecked(const std::string& source) {
  ControlDirectory control(source, base::open_directory(source));
  control.fd_ = base::try_open_beneath(control.source_fd(), kControlDirectory, O_RDONLY | O_DIRECTORY);
  if (!control.fd_ && errno == ENOENT) return std::nullopt;
  if (!control.fd_) base::throw_errno("open directory", control.path());
  return control;
}

std::optional<ControlDirectory> ControlDirectory::open(const std::string& source) {
  auto control = open_unchecked(source);
  if (control) control->require_own(control->fd(), control->path());
  return control;
}

ControlDirectory ControlDirectory::create(const std::string& source, DiskOperations& disk) {
  ControlDirectory control(source, base::open_directory(source));
  // Pins are for everybody who may read the source, so the directory of all is.
  control.fd_ = control.make(control.source_fd(), kControlDirectory, 0755, control.path(), disk);
  return control;
}

void ControlDirectory::write(int directory, const NewFile& file, std::string_view text,
                             DiskOperations& disk) const {
  base::UniqueFd fd;
  check(disk.create_file(directory, file.partial_name.c_str(), &fd), "create", file.path);
  require_own(fd.get(), file.path);
  check(disk.cut(fd.get(), 0), "write", file.path);
  check(disk.append(fd.get(), text), "write", file.path);
  struct stat st = {};
  if (::fstat(fd.get(), &st) != 0) base::throw_errno("stat", file.path);
  if ((st.st_mode & 0777) != file.mode)
    check(disk.set_mode(fd.get(), file.mode), "change the mode of", file.path);
  check(disk.sync(fd.get()), "write to disk", file.path);
  check(disk.replace(directory, file.partial_name.c_str(), file.name.c_str()), "rename", file.path);
  check(disk.sync(directory), "write to disk the directory of", file.path);
}

bool try_lock_directory(int directory) {
  // A file system without locks (NFS has none for directories) reports another error.
  return ::flock(directory, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

void lock_directory(int directory) {
  while (::flock(directory, LOCK_EX) != 0 && errno == EINTR) {
  }
}

int each_below(int parent, const std::string& directory, const TakeEntry& take) {
  return each_below(parent, directory, "", take);
}

int remove_tree(int parent, const std::string& name, DiskOperations& disk) {
  const auto remove_one = [&](int above, const std::string& entry, const std::string&,
                              const struct stat& st) {
    return S_ISDIR(st.st_mode) ? disk.remove_directory(above, entry.c_str())
                               : disk.remove_file(above, entry.c_str());
  };
  const int error = each_below(parent, name, remove_one);
  return error != 0 ? error : disk.remove_directory(parent, name.c_str());
}

}  // namespace checkpointfs::storage
