// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/trash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/rules.h"
#include "storage/directory_listing.h"

namespace checkpointfs::removal {
namespace {

constexpr const char* kTrash = "trash";
constexpr std::string_view kRemoving = ".removing";

void check(int error, std::string_view action, std::string_view path) {
  if (error != 0) throw base::SystemError(error, action, path);
}

base::UniqueFd open_directory_in(int parent, const std::string& name) {
  return base::try_open_beneath(parent, name.c_str(), O_RDONLY | O_DIRECTORY);
}

// Says what to do if the trash is another user's.
[[noreturn]] void throw_trash_error(const base::SystemError& error) {
  const bool is_denied = error.code() == EACCES || error.code() == EPERM;
  throw base::SystemError(error.code(),
                          base::format("{}{}", error.what(),
                                       is_denied ? "; only the user who made the trash, and "
                                                   "root, may use it: run the command as one of "
                                                   "them"
                                                 : ""));
}

}  // namespace

Trash::Trash(storage::ControlDirectory control, base::UniqueFd fd)
    : control_(std::move(control)), path_(path_in(control_)), fd_(std::move(fd)) {}

std::string Trash::path_in(const storage::ControlDirectory& control) {
  return base::join(control.path(), kTrash);
}

std::optional<Trash> Trash::open(const std::string& source) {
  auto control = storage::ControlDirectory::open(source);
  if (!control) return std::nullopt;
  const std::string path = path_in(*control);
  base::UniqueFd fd = control->try_open(control->fd(), kTrash, path);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) throw_trash_error(base::SystemError(errno, "open directory", path));
  return Trash(std::move(*control), std::move(fd));
}

Trash Trash::create(const std::string& source, storage::DiskOperations& disk) {
  try {
    auto control = storage::ControlDirectory::create(source, disk);
    base::UniqueFd fd = control.make(control.fd(), kTrash, 0700, path_in(control), disk);
    return {std::move(control), std::move(fd)};
  } catch (const base::SystemError& e) {
    throw_trash_error(e);
  }
}

bool Trash::try_lock() {
  if (!is_enforced(Rule::kOneAtATime)) return true;
  if (::flock(fd(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  throw base::SystemError(errno, "lock", path_);
}

bool Trash::exists(const std::string& name) const {
  struct stat st = {};
  return base::stat_beneath(fd(), name.c_str(), &st) == 0;
}

bool Trash::has(const std::string& id) const {
  return exists(base::join(id, kRun));
}
int64_t Trash::begun_ns(const std::string& id) const {
  struct stat st = {};
  return base::stat_beneath(fd(), base::join(id, kRun).c_str(), &st) == 0 ? storage::mtime_ns(st) : 0;
}
bool Trash::is_done(const std::string& id) const {
  return exists(base::join(id, kDone));
}
bool Trash::is_restoring(const std::string& id) const {
  return exists(base::join(id, kRestoring));
}

std::vector<std::string> Trash::runs() const {
  std::vector<std::string> names;
  const int error =
      storage::list_directory(open_directory_in(fd(), "."), [&](int directory, const dirent& entry) {
        const std::string_view name = entry.d_name;
        if (!name.starts_with('.') && storage::is_directory(directory, entry)) names.emplace_back(name);
        return 0;
      });
  check(error, "list", path_);
  std::ranges::sort(names);
  return names;
}

base::UniqueFd Trash::try_open_run(const std::string& id) const {
  return control_.try_open(fd(), id, base::join(path_, id));
}

std::vector<Trash::Kept> Trash::files_of(const std::string& id) const {
  std::vector<Kept> files;
  const int error = storage::each_below(
      fd(), files_path(id), [&](int, const std::string&, const std::string& path, const struct stat& st) {
        if (!S_ISDIR(st.st_mode)) files.push_back({path, identity_of(st)});
        return 0;
      });
  if (error != ENOENT) check(error, "list", base::join(path_, files_path(id)));
  return files;
}

base::UniqueFd Trash::try_open_files(const std::string& id) const {
  return control_.try_open(fd(), files_path(id), base::join(path_, files_path(id)));
}

std::string Trash::files_path(const std::string& id, std::string_view path) {
  const std::string files = base::join(id, kFiles);
  return path.empty() ? files : base::join(files, path);
}

void Trash::remove_tree(const std::string& directory, storage::DiskOperations& disk) const {
  check(storage::remove_tree(fd(), directory, disk), "remove", base::join(path_, directory));
  check(disk.sync(fd()), "write to disk the directory", path_);
}

void Trash::remove(const std::string& id, storage::DiskOperations& disk) const {
  const std::string directory = base::format(".{}{}", id, kRemoving);
  check(disk.move(fd(), id.c_str(), fd(), directory.c_str()), "rename", base::join(path_, id));
  check(disk.sync(fd()), "write to disk the directory", path_);
  remove_tree(directory, disk);
}

void Trash::remove_leftovers(storage::DiskOperations& disk) const {
  std::vector<std::string> names;
  const int error = storage::list_directory(open_directory_in(fd(), "."), [&](int, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name.starts_with('.') && name.ends_with(kRemoving)) names.emplace_back(name);
    return 0;
  });
  check(error, "list", path_);
  for (const std::string& name : names) remove_tree(name, disk);
}

Trashes::Trashes(const std::vector<std::string>& sources, storage::DiskOperations& disk) {
  for (const std::string& source : sources) {
    const auto added = trashes_.emplace(source, Trash::create(source, disk)).first;
    if (added->second.try_lock()) continue;
    throw base::Failure(base::FailureKind::kInUse,
                        base::format("another process is removing or restoring something in {}", source));
  }
}

std::vector<std::string> unfinished(const std::vector<std::string>& sources) {
  std::set<std::string> ids;
  for (const std::string& source : sources) {
    const auto trash = Trash::open(source);
    if (!trash) continue;
    for (const std::string& id : trash->runs()) {
      if (trash->has(id) && (!trash->is_done(id) || trash->is_restoring(id))) ids.insert(id);
    }
  }
  return {ids.begin(), ids.end()};
}

}  // namespace checkpointfs::removal
