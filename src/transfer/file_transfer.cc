// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_transfer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
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
      return "it lies in another file system, where no hard link can lead";
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

void set_owner_if_other(int fd, const struct stat& st, const struct stat& original,
                        storage::DiskOperations& disk) {
  if (st.st_uid == original.st_uid && st.st_gid == original.st_gid) return;
  // Only root may give files away: the copies of other users stay their own.
  disk.set_owner(fd, original.st_uid, original.st_gid);
}

}  // namespace

PlacedFiles& PlacedFiles::operator+=(const PlacedFiles& other) {
  files += other.files;
  linked_bytes += other.linked_bytes;
  shared_bytes += other.shared_bytes;
  copied_bytes += other.copied_bytes;
  return *this;
}

void require_name(const std::string& name, const std::string& path) {
  if (const std::string_view problem = flink::name_problem(name); !problem.empty())
    throw base::SystemError(EIO, base::format("the index has the name {} for {}: {}", name, path, problem));
}

void take_owner(int fd, const struct stat& original, storage::DiskOperations& disk) {
  struct stat st = {};
  if (::fstat(fd, &st) == 0) set_owner_if_other(fd, st, original, disk);
}

void take_attributes(int fd, const struct stat& original, mode_t permissions, const std::string& path,
                     storage::DiskOperations& disk) {
  struct stat st = {};
  if (::fstat(fd, &st) != 0) base::throw_errno("stat the copy of", path);
  set_owner_if_other(fd, st, original, disk);
  const mode_t mode = original.st_mode & permissions & 0777;
  int error = (st.st_mode & 07777) == mode ? 0 : disk.set_mode(fd, mode);
  if (error == 0) error = disk.set_mtime(fd, storage::mtime_ns(original));
  if (error != 0) throw base::SystemError(error, "set the attributes of", path);
}

void FileTransfer::gone(const std::string& path) const {
  throw base::Failure(base::FailureKind::kSource,
                      base::format("{} is not there: the snapshot {} is gone or incomplete; {}",
                                   base::printable(path), base::printable(snapshot_.path), purpose_.outcome));
}

// Checks for root alone; the kernel checks whether any other user may read or link the file.
void FileTransfer::require_theirs(const struct stat& st, const std::string& path) const {
  if (::geteuid() != 0 || owner_ == 0 || st.st_uid == owner_) return;
  throw base::Failure(
      base::FailureKind::kRefused,
      base::format("{} belongs to user {}, and the metadata of {} that names it to user {}; {}. User {} {}",
                   base::printable(path), st.st_uid, base::printable(snapshot_.path), owner_,
                   purpose_.outcome, owner_, purpose_.as_the_owner));
}

void FileTransfer::open_root(const storage::Root& root) {
  if (root.id == 0) return;
  base::UniqueFd& fd = roots_[root.id];
  if (fd) return;
  try {
    fd = base::open_directory(root.path);
  } catch (const base::SystemError& e) {
    throw base::Failure(base::FailureKind::kSource, base::format("{}; {}", e.what(), purpose_.outcome));
  }
}

OpenedFile FileTransfer::open(const index::FileLocation& file) const {
  OpenedFile opened;
  opened.path = file.root.id == 0 ? file.uri : base::join(file.root.path, file.path);
  const std::string& path = opened.path;
  if (file.status != storage::FileStatus::kOk || file.root.id == 0)
    throw base::Failure(base::FailureKind::kBroken, base::format("{}: {}", path, file.reason));
  opened.fd = base::try_open_regular_beneath(roots_.at(file.root.id).get(), file.path.c_str(), &opened.st);
  if (!opened.fd && (errno == ENOENT || errno == ENOTDIR || errno == ESTALE)) gone(path);
  if (!opened.fd) {
    throw base::Failure(base::FailureKind::kSource,
                        base::format("open {}: {}; {}", base::printable(path),
                                     std::generic_category().message(errno), purpose_.outcome));
  }
  require_theirs(opened.st, path);
  const auto size = static_cast<uint64_t>(opened.st.st_size);
  // A file that grew still has its segments.
  if (file.segment ? size < file.file_size : size != file.file_size) {
    throw base::Failure(base::FailureKind::kBroken,
                        base::format("{} is {} bytes long, but was {} when it was indexed; {}",
                                     base::printable(path), size, file.file_size, purpose_.outcome));
  }
  return opened;
}

void FileTransfer::require_unchanged(const OpenedFile& from, const index::FileLocation& file) const {
  struct stat now = {};
  if (::fstat(from.fd.get(), &now) != 0) base::throw_errno("stat", from.path);
  const bool same_size = file.segment ? now.st_size >= from.st.st_size : now.st_size == from.st.st_size;
  if (same_size && (file.segment || storage::mtime_ns(now) == storage::mtime_ns(from.st))) return;
  throw base::Failure(
      base::FailureKind::kBroken,
      base::format("{} changed while it was copied for the snapshot {}; {}", base::printable(from.path),
                   base::printable(snapshot_.path), purpose_.outcome));
}

PlacedFile FileTransfer::place(const OpenedFile& from, const index::FileLocation& file, int directory,
                               const std::string& name, Links links, Checksums checksums,
                               const OnBytes& on_bytes) const {
  PlacedFile placed;
  placed.placed.files = 1;
  const bool whole = !file.segment && file.start == 0 && file.length == file.file_size;
  if (whole && links != Links::kNever && link(from, directory, name, links)) {
    placed.placed.linked_bytes = file.length;
    placed.st = from.st;
    Summing summing(checksums);
    if (summing.is_wanted()) {
      sum_range(from.fd.get(), 0, file.length, from.path, summing, on_bytes);
    } else if (on_bytes) {
      on_bytes(file.length);
    }
    placed.sums = summing.sums();
  } else {
    copy(from, file, directory, name, checksums, on_bytes, &placed);
  }
  require_unchanged(from, file);
  return placed;
}

bool FileTransfer::link(const OpenedFile& from, int directory, const std::string& name, Links links) const {
  const int error = disk_.link(from.fd.get(), directory, name.c_str());
  if (error == 0) return true;
  if (error == ENOENT && is_unlinked(from.fd.get())) gone(from.path);
  const char* const reason = no_link_reason(error);
  if (reason == nullptr) throw base::SystemError(error, "link", from.path);
  if (links == Links::kWherePossible) return false;
  throw base::SystemError(
      error, base::format("link {}: {} ({}); {}. {}{}", base::printable(from.path), reason,
                          std::generic_category().message(error), purpose_.outcome, purpose_.without_links,
                          error == EPERM ? ", and who owns them, or root, may link them" : ""));
}

void FileTransfer::copy(const OpenedFile& from, const index::FileLocation& file, int directory,
                        const std::string& name, Checksums checksums, const OnBytes& on_bytes,
                        PlacedFile* placed) const {
  base::UniqueFd to;
  // With its mode from the start there is mostly nothing to change. Nobody else can enter the directory yet.
  const mode_t mode = from.st.st_mode & purpose_.permissions & 0777;
  if (const int error = disk_.create_new_file(directory, name.c_str(), mode, &to); error != 0)
    throw base::SystemError(error, "create the copy of", from.path);
  Summing summing(checksums);
  const CopiedRange copied =
      copy_range(from.fd.get(), file.start, file.length, to.get(), from.path, summing, on_bytes, disk_);
  placed->placed.shared_bytes = copied.shared;
  placed->placed.copied_bytes = copied.copied;
  placed->sums = summing.sums();
  take_attributes(to.get(), from.st, purpose_.permissions, from.path, disk_);
  if (::fstat(to.get(), &placed->st) != 0) base::throw_errno("stat the copy of", from.path);
}

}  // namespace checkpointfs::transfer
