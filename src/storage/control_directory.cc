// SPDX-License-Identifier: Apache-2.0
#include "storage/control_directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"

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

}  // namespace

ControlDirectory::ControlDirectory(std::string source, base::UniqueFd source_fd)
    : source_(std::move(source)), source_fd_(std::move(source_fd)) {
  struct stat st = {};
  if (may_make_up_owners(this->source_fd()) && ::fstat(this->source_fd(), &st) == 0) shown_for_all_ = st;
}

std::string ControlDirectory::path() const {
  return base::format("{}{}{}", source_, source_.ends_with('/') ? "" : "/", kControlDirectory);
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
                                      const std::string& path, const Make& make) const {
  const int error = make(parent, name.c_str(), mode);
  if (error != 0 && error != EEXIST) throw base::SystemError(error, "create directory", path);
  base::UniqueFd fd = try_open(parent, name, path);
  if (!fd) base::throw_errno("open directory", path);
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

ControlDirectory ControlDirectory::create(const std::string& source, const Make& make) {
  ControlDirectory control(source, base::open_directory(source));
  // Pins are for everybody who may read the source, so the directory of all is.
  control.fd_ = control.make(control.source_fd(), kControlDirectory, 0755, control.path(), make);
  return control;
}

}  // namespace checkpointfs::storage
