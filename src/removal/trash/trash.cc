// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/trash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include <boost/json/serialize.hpp>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/rules.h"
#include "removal/trash/plan_json.h"
#include "storage/directory_listing.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr const char* kTrash = "trash";
constexpr std::string_view kRemoving = ".removing";
constexpr const char* kRun = "run.json";
constexpr const char* kNewRun = "run.json.new";
constexpr const char* kFiles = "files";
constexpr const char* kDone = "done";
constexpr const char* kRestoring = "restoring";
// Nothing that is written is longer: a plan of some four million files is not.
constexpr off_t kMostBytes = off_t{2} << 30;

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

json::array directories_json(const std::vector<DirectoryFacts>& directories) {
  json::array array;
  for (const DirectoryFacts& facts : directories) {
    array.push_back(json::object{{"path", facts.path},
                                 {"mode", facts.mode},
                                 {"uid", facts.uid},
                                 {"gid", facts.gid},
                                 {"mtime_ns", facts.mtime_ns},
                                 {"goes", facts.goes}});
  }
  return array;
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

std::optional<std::string> Trash::read(const std::string& id, const char* name) const {
  const std::string path = base::join(base::join(path_, id), name);
  const base::UniqueFd run = try_open_run(id);
  if (!run && errno == ENOENT) return std::nullopt;
  if (!run) base::throw_errno("open directory", base::join(path_, id));
  struct stat st = {};
  const base::UniqueFd file = base::try_open_regular_beneath(run.get(), name, &st);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) base::throw_errno("open", path);
  require_own(file.get(), path);
  if (st.st_size > kMostBytes)
    throw base::Failure(base::FailureKind::kInput,
                        base::format("{} is {} long, more than any record of a plan; nothing of it is used",
                                     path, base::human_bytes(static_cast<uint64_t>(st.st_size))));
  return base::read_up_to(file.get(), path, kMostBytes);
}

std::optional<Run> Trash::read_run(const std::string& id) const {
  const auto text = read(id, kRun);
  if (!text) return std::nullopt;
  const std::string path = base::join(path_, base::join(id, kRun));
  try {
    const json::value value = parse_json(*text, path);
    Run run;
    const json::object& object = value.as_object();
    run.plan = plan_from(object.at("plan"), path);
    if (run.plan.id != id) throw std::out_of_range("it is of another plan");
    for (const json::value& item : object.at("directories").as_array()) {
      const json::object& facts = item.as_object();
      run.directories.push_back({checked_path(std::string(facts.at("path").as_string())),
                                 facts.at("mode").to_number<uint32_t>(),
                                 facts.at("uid").to_number<uint32_t>(), facts.at("gid").to_number<uint32_t>(),
                                 facts.at("mtime_ns").to_number<int64_t>(), facts.at("goes").as_bool()});
    }
    return run;
  } catch (const std::exception& e) {
    throw base::Failure(
        base::FailureKind::kInput,
        base::format(
            "{} is no record of a plan of this version: {}; nothing of it happens. Look at it and move its directory away: mv {} {}",
            path, e.what(), base::printable(base::join(path_, id)),
            base::printable(base::join(path_, base::format(".{}.damaged", id)))));
  }
}

DirectoryTimes Trash::read_times(const std::string& id) const {
  const auto text = read(id, kDone);
  DirectoryTimes times;
  if (!text) return times;
  const json::value value = parse_json(*text, base::join(path_, base::join(id, kDone)));
  const json::array* const array = value.if_array();
  if (array == nullptr) return times;
  for (const json::value& item : *array) {
    const json::object* const object = item.if_object();
    const json::value* const path = object != nullptr ? object->if_contains("path") : nullptr;
    const json::value* const time = object != nullptr ? object->if_contains("mtime_ns") : nullptr;
    if (path != nullptr && time != nullptr && path->is_string() && time->is_int64())
      times[std::string(path->get_string())] = time->get_int64();
  }
  return times;
}

void Trash::write(const std::string& id, const char* name, const std::string& text,
                  storage::DiskOperations& disk) const {
  const std::string path = base::join(base::join(path_, id), name);
  const base::UniqueFd directory = try_open_run(id);
  if (!directory) base::throw_errno("open directory", base::join(path_, id));
  control_.write(directory.get(), {name, kNewRun, path}, text, disk);
}

void Trash::begin(const Run& run, storage::DiskOperations& disk) const {
  const std::string& id = run.plan.id;
  const base::UniqueFd directory = control_.make(fd(), id, 0700, base::join(path_, id), disk);
  control_.make(directory.get(), kFiles, 0700, base::join(path_, files_path(id)), disk);
  const json::object object = {{"plan", plan_object(run.plan)},
                               {"directories", directories_json(run.directories)}};
  write(run.plan.id, kRun, json::serialize(object) + "\n", disk);
}

void Trash::mark_done(const std::string& id, const DirectoryTimes& times,
                      storage::DiskOperations& disk) const {
  json::array array;
  for (const auto& [path, mtime_ns] : times)
    array.push_back(json::object{{"path", path}, {"mtime_ns", mtime_ns}});
  write(id, kDone, json::serialize(array) + "\n", disk);
}

void Trash::mark_restoring(const std::string& id, const std::set<std::string>& untouched,
                           storage::DiskOperations& disk) const {
  json::array array;
  for (const std::string& path : untouched) array.emplace_back(path);
  write(id, kRestoring, json::serialize(array) + "\n", disk);
}

std::set<std::string> Trash::read_untouched(const std::string& id) const {
  const auto text = read(id, kRestoring);
  std::set<std::string> paths;
  if (!text) return paths;
  const json::value value = parse_json(*text, base::join(path_, base::join(id, kRestoring)));
  if (const json::array* const array = value.if_array()) {
    for (const json::value& path : *array) {
      if (path.is_string()) paths.emplace(path.get_string());
    }
  }
  return paths;
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
