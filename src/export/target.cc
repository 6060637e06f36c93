// SPDX-License-Identifier: Apache-2.0
#include "export/target.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "storage/directory_listing.h"
#include "storage/projected_name.h"
#include "storage/state_file.h"
#include "transfer/file_transfer.h"

namespace checkpointfs::exporting {
namespace {

constexpr mode_t kNotesMode = 0700;
constexpr mode_t kDirectoryMode = 0755;
constexpr size_t kLongestReadable = 100;

// A name that tells people which snapshot it is, and is no other snapshot's.
std::string name_of_notes(const std::string& snapshot) {
  std::string name = snapshot;
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x21 || c == 0x7f; }, '-');
  if (name.size() > kLongestReadable) name.erase(0, name.size() - kLongestReadable);
  return base::format("{}-{}", name.empty() || name.front() == '.' ? "snapshot" : name,
                      storage::hash_digits(snapshot, 16));
}

}  // namespace

void require_done(int error, std::string_view action, const std::string& path) {
  if (error != 0) throw base::SystemError(error, action, path);
}

void refuse_no_directory(const std::string& path) {
  throw base::Failure(base::FailureKind::kRefused,
                      base::format("{} is no directory, or a symbolic link, which an export does not follow; "
                                   "move it away, or export into another directory",
                                   base::printable(path)));
}

Target Target::create(const std::string& path, storage::DiskOperations& disk) {
  const int error = disk.make_directory(AT_FDCWD, path.c_str(), kDirectoryMode);
  if (error != 0 && error != EEXIST) {
    throw base::SystemError(error, base::format("create directory {}: {}{}", base::printable(path),
                                                std::generic_category().message(error),
                                                error == ENOENT ? "; make the directory above it" : ""));
  }
  base::UniqueFd fd = base::open_directory(path);
  storage::ControlDirectory control = storage::ControlDirectory::create(path, disk);
  const std::string notes_path = base::join(control.path(), kNotes);
  base::UniqueFd notes = control.make(control.fd(), kNotes, kNotesMode, notes_path, disk);
  if (!storage::try_lock_directory(notes.get())) {
    throw base::Failure(base::FailureKind::kInUse,
                        base::format("another export into {} is running; wait for its end, or stop it",
                                     base::printable(path)));
  }
  return {path, std::move(fd), std::move(control), std::move(notes)};
}

std::optional<Target> Target::open(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
  base::UniqueFd fd = base::open_directory(path);
  auto control = storage::ControlDirectory::open(path);
  base::UniqueFd notes;
  if (control) notes = control->try_open(control->fd(), kNotes, base::join(control->path(), kNotes));
  return Target(path, std::move(fd), std::move(control), std::move(notes));
}

std::string Target::path_of(const std::string& relative) const {
  return base::join(path_, relative);
}

std::string Target::notes_path() const {
  return base::join(control_->path(), kNotes);
}

base::UniqueFd Target::make_directory(const std::string& relative, const struct stat& like,
                                      storage::DiskOperations& disk) const {
  base::UniqueFd at = try_open_directory("");
  if (!at) base::throw_errno("open directory", path_);
  std::string so_far;
  for (const std::string_view component : base::components(relative)) {
    const std::string name(component);
    so_far = base::join(so_far, name);
    const std::string path = path_of(so_far);
    base::UniqueFd next = base::try_open_beneath(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY);
    if (!next && errno == ENOENT) {
      require_done(disk.make_directory(at.get(), name.c_str(), kDirectoryMode), "create directory", path);
      next = base::try_open_beneath(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY);
      if (next) {
        transfer::take_owner(next.get(), like, disk);
        require_done(disk.sync(at.get()), "write to disk the directory of", path);
      }
    }
    if (!next && (errno == ELOOP || errno == EXDEV || errno == ENOTDIR)) refuse_no_directory(path);
    if (!next) base::throw_errno("open directory", path);
    at = std::move(next);
  }
  return at;
}

base::UniqueFd Target::try_open_directory(const std::string& relative) const {
  return base::try_open_beneath(fd(), relative.empty() ? "." : relative.c_str(), O_RDONLY | O_DIRECTORY);
}

Notes Target::make_notes(const std::string& snapshot, storage::DiskOperations& disk) const {
  Notes notes;
  notes.name = name_of_notes(snapshot);
  notes.path = base::join(notes_path(), notes.name);
  notes.fd = control_->make(notes_.get(), notes.name, kNotesMode, notes.path, disk);
  return notes;
}

std::optional<Notes> Target::find_notes(const std::string& snapshot) const {
  return open_notes(name_of_notes(snapshot));
}

std::optional<Notes> Target::open_notes(const std::string& name) const {
  if (!notes_) return std::nullopt;
  Notes notes;
  notes.name = name;
  notes.path = base::join(notes_path(), name);
  notes.fd = control_->try_open(notes_.get(), name, notes.path);
  if (!notes.fd) return std::nullopt;
  return notes;
}

std::vector<std::string> Target::notes_by_time() const {
  std::vector<std::pair<int64_t, std::string>> found;
  if (!notes_) return {};
  storage::list_directory(
      base::try_open_beneath(notes_.get(), ".", O_RDONLY | O_DIRECTORY), [&](int fd, const dirent& entry) {
        const std::string name = entry.d_name;
        struct stat st = {};
        if (name != "." && name != ".." &&
            ::fstatat(fd, base::join(name, kJournal).c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0)
          found.emplace_back(storage::mtime_ns(st), name);
        return 0;
      });
  std::ranges::sort(found, std::ranges::greater());
  std::vector<std::string> names;
  for (auto& [time, name] : found) names.push_back(std::move(name));
  return names;
}

int Target::remove_notes(const std::string& snapshot, storage::DiskOperations& disk) const {
  return remove_notes_named(name_of_notes(snapshot), disk);
}

int Target::remove_notes_named(const std::string& name, storage::DiskOperations& disk) const {
  return storage::remove_tree(notes_.get(), name, disk);
}

void Target::remove_empty(storage::DiskOperations& disk) const {
  // Fails, as it should, if there is anything in one.
  if (disk.remove_directory(control_->fd(), kNotes) == 0)
    disk.remove_directory(fd(), storage::kControlDirectory);
}

base::UniqueFd Target::try_open_note(const Notes& notes, const char* name, int flags) const {
  base::UniqueFd fd = base::try_open_beneath(notes.fd.get(), name, flags);
  if (fd) control_->require_own(fd.get(), base::join(notes.path, name));
  return fd;
}

base::UniqueFd Target::make_note(const Notes& notes, const char* name, storage::DiskOperations& disk) const {
  const std::string path = base::join(notes.path, name);
  if (const int error = disk.remove_file(notes.fd.get(), name); error != 0 && error != ENOENT)
    throw base::SystemError(error, "remove", path);
  base::UniqueFd fd;
  require_done(disk.create_file(notes.fd.get(), name, &fd), "create", path);
  control_->require_own(fd.get(), path);
  return fd;
}

}  // namespace checkpointfs::exporting
