// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_transfer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/rewrite.h"
#include "storage/state_file.h"
#include "transfer/copy_range.h"

namespace checkpointfs::transfer {
namespace {

bool is_unlinked(int fd) {
  struct stat st = {};
  return ::fstat(fd, &st) == 0 && st.st_nlink == 0;
}

// The reason why no hard link of a file can be made here; null if the error is another.
const char* no_link_reason(int error) {
  switch (error) {
    case EXDEV:
      return "it lies in another file system than the snapshot's source, where no hard link can lead";
    case EPERM:
      return "you may not link a file of another user (fs.protected_hardlinks), or its file system has no "
             "hard links";
    case EOPNOTSUPP:
    case ENOSYS:
      return "its file system has no hard links";
    case EMLINK:
      return "it has as many names as its file system allows";
    default:
      return nullptr;
  }
}

}  // namespace

void take_owner(int fd, const struct stat& original, storage::DiskOperations& disk) {
  // Only root may give files away: the copies of other users stay their own.
  disk.set_owner(fd, original.st_uid, original.st_gid);
}

void take_attributes(int fd, const struct stat& original, const std::string& path,
                     storage::DiskOperations& disk) {
  take_owner(fd, original, disk);
  int error = disk.set_mode(fd, original.st_mode & 0777);
  if (error == 0) error = disk.set_mtime(fd, storage::mtime_ns(original));
  if (error != 0) throw base::SystemError(error, "set the attributes of", path);
}

void PinFiles::gone(const std::string& path) const {
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("{} is not there: the snapshot {} is gone or incomplete; nothing was pinned", path,
                   snapshot_.path));
}

// Checks for root alone; the kernel checks whether any other user may read or link the file.
void PinFiles::require_theirs(const struct stat& st, const std::string& path) const {
  if (::geteuid() != 0 || owner_ == 0 || st.st_uid == owner_) return;
  throw base::Failure(
      base::FailureKind::kRefused,
      base::format(
          "{} belongs to user {}, and the metadata of {} that names it to user {}; nothing was pinned. User {} may pin it, if he may read the file: pin --copy",
          base::printable(path), st.st_uid, base::printable(snapshot_.path), owner_, owner_));
}

int PinFiles::root(const storage::Root& root) {
  base::UniqueFd& fd = roots_[root.id];
  if (!fd) fd = base::open_directory(root.path);
  return fd.get();
}

void PinFiles::add(const std::string& name, const index::FileLocation& file, bool segment) {
  const std::string path = file.root.id == 0 ? file.uri : base::format("{}/{}", file.root.path, file.path);
  if (file.status != storage::FileStatus::kOk)
    throw base::Failure(base::FailureKind::kBroken, base::format("{}: {}", path, file.reason));
  // The index is only a file that anybody may have changed.
  if (const std::string_view problem = flink::name_problem(name); !problem.empty())
    throw base::SystemError(EIO, base::format("the index has the name {} for {}: {}", name, path, problem));
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(root(file.root), file.path.c_str(), &st);
  if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ESTALE)) gone(path);
  if (!fd) base::throw_errno("open", path);
  require_theirs(st, path);
  const auto size = static_cast<uint64_t>(st.st_size);
  if (size != file.file_size) {
    throw base::Failure(
        base::FailureKind::kBroken,
        base::format("{} is {} bytes long, but was {} when it was indexed; nothing was pinned", path, size,
                     file.file_size));
  }
  const bool whole = !segment && file.start == 0 && file.length == size;
  if (whole && !copy_) {
    link(fd.get(), name, path);
    placed_.linked_bytes += size;
  } else {
    copy(fd.get(), st, name, file, path);
  }
  ++placed_.files;
}

void PinFiles::link(int fd, const std::string& name, const std::string& path) {
  const int error = disk_.link(fd, directory_, name.c_str());
  if (error == 0) return;
  if (error == ENOENT && is_unlinked(fd)) gone(path);
  if (const char* const reason = no_link_reason(error)) {
    throw base::SystemError(
        error, base::format("link {}: {} ({}); nothing was pinned. 'pin --copy' copies the files{}", path,
                            reason, std::generic_category().message(error),
                            error == EPERM ? ", and who owns them, or root, may link them" : ""));
  }
  throw base::SystemError(error, "link", path);
}

void PinFiles::copy(int fd, const struct stat& st, const std::string& name, const index::FileLocation& file,
                    const std::string& path) {
  base::UniqueFd to;
  if (const int error = disk_.create_new_file(directory_, name.c_str(), &to); error != 0)
    throw base::SystemError(error, "create the copy of", path);
  const CopiedRange copied = copy_range(fd, file.start, file.length, to.get(), path, disk_);
  placed_.shared_bytes += copied.shared;
  placed_.copied_bytes += copied.copied;
  take_attributes(to.get(), st, path, disk_);
}

}  // namespace checkpointfs::transfer
