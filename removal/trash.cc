// SPDX-License-Identifier: Apache-2.0
#include "removal/trash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include <boost/json/serialize.hpp>

#include "base/beneath.h"
#include "base/concat.h"
#include "base/errors.h"
#include "index/directory_listing.h"
#include "removal/plan_json.h"
#include "removal/rules.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr const char* kControl = ".checkpointfs";
constexpr const char* kTrash = "trash";
constexpr std::string_view kRemoving = ".removing";
constexpr const char* kRun = "run.json";
constexpr const char* kNewRun = "run.json.new";
constexpr const char* kFiles = "files";
constexpr const char* kDone = "done";
constexpr const char* kRestoring = "restoring";

void check(int error, std::string_view action, std::string_view path) {
  if (error != 0) throw base::SystemError(error, action, path);
}

base::UniqueFd open_directory_in(int parent, const std::string& name) {
  return base::try_open_beneath(parent, name.c_str(), O_RDONLY | O_DIRECTORY);
}

void ensure(int parent, const char* name, mode_t mode, const std::string& path, Changes& changes) {
  const int error = changes.make_directory(parent, name, mode);
  if (error == EEXIST) return;
  check(error, "create directory", path);
  const base::UniqueFd above = open_directory_in(parent, ".");
  if (!above) base::throw_errno("open directory", path);
  check(changes.sync(above.get()), "write to disk the directory of", path);
}

// Calls `take` for everything below, what is in a directory before itself.
int each_below(int parent, const std::string& directory, const std::string& path,
               const std::function<int(int parent, const std::string& name, const std::string& path,
                                       const struct stat& st)>& take) {
  base::UniqueFd fd = open_directory_in(parent, directory);
  if (!fd) return errno;
  std::vector<std::string> names;
  const base::UniqueFd held = open_directory_in(fd.get(), ".");
  if (!held) return errno;
  if (const int error = index::list_directory(std::move(fd),
                                              [&](int, const dirent& entry) {
                                                const std::string_view name = entry.d_name;
                                                if (name != "." && name != "..") names.emplace_back(name);
                                                return 0;
                                              });
      error != 0)
    return error;
  std::ranges::sort(names);
  for (const std::string& name : names) {
    struct stat st = {};
    if (::fstatat(held.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) return errno;
    const std::string below = joined(path, name);
    if (S_ISDIR(st.st_mode)) {
      if (const int error = each_below(held.get(), name, below, take); error != 0) return error;
    }
    if (const int error = take(held.get(), name, below, st); error != 0) return error;
  }
  return 0;
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

Trash::Trash(std::string source, base::UniqueFd source_fd, base::UniqueFd fd)
    : source_(std::move(source)),
      path_(joined(source_, base::concat(kControl, "/", kTrash))),
      source_fd_(std::move(source_fd)),
      fd_(std::move(fd)) {}

std::optional<Trash> Trash::open(const std::string& source) {
  base::UniqueFd root = base::open_directory(source);
  const std::string below = base::concat(kControl, "/", kTrash);
  base::UniqueFd fd = open_directory_in(root.get(), below);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) base::throw_errno("open directory", joined(source, below));
  return Trash(source, std::move(root), std::move(fd));
}

Trash Trash::create(const std::string& source, Changes& changes) {
  base::UniqueFd root = base::open_directory(source);
  const std::string control_path = joined(source, kControl);
  const std::string path = joined(control_path, kTrash);
  // Pins are for everybody who may read the source, so the directory of both is.
  ensure(root.get(), kControl, 0755, control_path, changes);
  const base::UniqueFd control = open_directory_in(root.get(), kControl);
  if (!control) base::throw_errno("open directory", control_path);
  ensure(control.get(), kTrash, 0700, path, changes);
  base::UniqueFd fd = open_directory_in(control.get(), kTrash);
  if (!fd) base::throw_errno("open directory", path);
  return {source, std::move(root), std::move(fd)};
}

bool Trash::try_lock() {
  if (!holds(Rule::kOneAtATime)) return true;
  if (::flock(fd(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  throw base::SystemError(errno, "lock", path_);
}

bool Trash::exists(const std::string& name) const {
  struct stat st = {};
  return base::stat_beneath(fd(), name.c_str(), &st) == 0;
}

bool Trash::has(const std::string& id) const {
  return exists(joined(id, kRun));
}
int64_t Trash::begun_ns(const std::string& id) const {
  struct stat st = {};
  return base::stat_beneath(fd(), joined(id, kRun).c_str(), &st) == 0 ? index::mtime_ns(st) : 0;
}
bool Trash::is_done(const std::string& id) const {
  return exists(joined(id, kDone));
}
bool Trash::is_restoring(const std::string& id) const {
  return exists(joined(id, kRestoring));
}

std::vector<std::string> Trash::runs() const {
  std::vector<std::string> names;
  const int error =
      index::list_directory(open_directory_in(fd(), "."), [&](int directory, const dirent& entry) {
        const std::string_view name = entry.d_name;
        if (!name.starts_with('.') && index::is_directory(directory, entry)) names.emplace_back(name);
        return 0;
      });
  check(error, "list", path_);
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> Trash::read(const std::string& name) const {
  struct stat st = {};
  const base::UniqueFd file = base::try_open_regular_beneath(fd(), name.c_str(), &st);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) base::throw_errno("open", joined(path_, name));
  std::string text(static_cast<size_t>(st.st_size), '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::pread(file.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", joined(path_, name));
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  text.resize(done);
  return text;
}

std::optional<Run> Trash::read_run(const std::string& id) const {
  const std::string name = joined(id, kRun);
  const auto text = read(name);
  if (!text) return std::nullopt;
  const std::string path = joined(path_, name);
  const json::value value = parse_json(*text, path);
  try {
    Run run;
    const json::object& object = value.as_object();
    run.plan = plan_from(object.at("plan"), path);
    for (const json::value& item : object.at("directories").as_array()) {
      const json::object& facts = item.as_object();
      run.directories.push_back({std::string(facts.at("path").as_string()),
                                 facts.at("mode").to_number<uint32_t>(),
                                 facts.at("uid").to_number<uint32_t>(), facts.at("gid").to_number<uint32_t>(),
                                 facts.at("mtime_ns").to_number<int64_t>(), facts.at("goes").as_bool()});
    }
    return run;
  } catch (const base::Failure&) {
    throw;
  } catch (const std::exception& e) {
    throw base::Failure(base::FailureKind::kInput,
                        base::concat(path, " is no record of a plan of this version: ", e.what()));
  }
}

DirectoryTimes Trash::read_times(const std::string& id) const {
  const std::string name = joined(id, kDone);
  const auto text = read(name);
  DirectoryTimes times;
  if (!text) return times;
  const json::value value = parse_json(*text, joined(path_, name));
  const json::array* const array = value.if_array();
  if (array == nullptr) return times;
  for (const json::value& item : *array) {
    const json::object& object = item.as_object();
    times[std::string(object.at("path").as_string())] = object.at("mtime_ns").to_number<int64_t>();
  }
  return times;
}

void Trash::write(const std::string& id, const char* name, const std::string& text, Changes& changes) const {
  const std::string path = joined(joined(path_, id), name);
  const base::UniqueFd directory = open_directory_in(fd(), id);
  if (!directory) base::throw_errno("open directory", joined(path_, id));
  base::UniqueFd file;
  check(changes.create_file(directory.get(), kNewRun, &file), "create", path);
  check(changes.cut(file.get(), 0), "write", path);
  check(changes.append(file.get(), text), "write", path);
  check(changes.sync(file.get()), "write to disk", path);
  check(changes.replace(directory.get(), kNewRun, name), "rename", path);
  check(changes.sync(directory.get()), "write to disk the directory of", path);
}

void Trash::begin(const Run& run, Changes& changes) const {
  ensure(fd(), run.plan.id.c_str(), 0700, joined(path_, run.plan.id), changes);
  const base::UniqueFd directory = open_directory_in(fd(), run.plan.id);
  if (!directory) base::throw_errno("open directory", joined(path_, run.plan.id));
  ensure(directory.get(), kFiles, 0700, joined(path_, files_path(run.plan.id)), changes);
  const json::object object = {{"plan", plan_object(run.plan)},
                               {"directories", directories_json(run.directories)}};
  write(run.plan.id, kRun, json::serialize(object) + "\n", changes);
}

void Trash::mark_done(const std::string& id, const DirectoryTimes& times, Changes& changes) const {
  json::array array;
  for (const auto& [path, mtime_ns] : times)
    array.push_back(json::object{{"path", path}, {"mtime_ns", mtime_ns}});
  write(id, kDone, json::serialize(array) + "\n", changes);
}

void Trash::mark_restoring(const std::string& id, const std::set<std::string>& untouched,
                           Changes& changes) const {
  json::array array;
  for (const std::string& path : untouched) array.emplace_back(path);
  write(id, kRestoring, json::serialize(array) + "\n", changes);
}

std::set<std::string> Trash::read_untouched(const std::string& id) const {
  const std::string name = joined(id, kRestoring);
  const auto text = read(name);
  std::set<std::string> paths;
  if (!text) return paths;
  const json::value value = parse_json(*text, joined(path_, name));
  if (const json::array* const array = value.if_array()) {
    for (const json::value& path : *array) paths.emplace(path.as_string());
  }
  return paths;
}

std::vector<Trash::Kept> Trash::files_of(const std::string& id) const {
  std::vector<Kept> files;
  const int error = each_below(fd(), files_path(id), "",
                               [&](int, const std::string&, const std::string& path, const struct stat& st) {
                                 if (!S_ISDIR(st.st_mode)) files.push_back({path, identity_of(st)});
                                 return 0;
                               });
  if (error != ENOENT) check(error, "list", joined(path_, files_path(id)));
  return files;
}

std::string Trash::files_path(const std::string& id, std::string_view path) {
  const std::string files = joined(id, kFiles);
  return path.empty() ? files : joined(files, path);
}

void Trash::remove_tree(const std::string& directory, Changes& changes) const {
  const auto remove_one = [&](int parent, const std::string& name, const std::string&,
                              const struct stat& st) {
    return S_ISDIR(st.st_mode) ? changes.remove_directory(parent, name.c_str())
                               : changes.remove_file(parent, name.c_str());
  };
  const std::string path = joined(path_, directory);
  check(each_below(fd(), directory, "", remove_one), "remove", path);
  check(changes.remove_directory(fd(), directory.c_str()), "remove", path);
  check(changes.sync(fd()), "write to disk the directory", path_);
}

void Trash::remove(const std::string& id, Changes& changes) const {
  const std::string directory = base::concat(".", id, kRemoving);
  check(changes.move(fd(), id.c_str(), fd(), directory.c_str()), "rename", joined(path_, id));
  check(changes.sync(fd()), "write to disk the directory", path_);
  remove_tree(directory, changes);
}

void Trash::remove_leftovers(Changes& changes) const {
  std::vector<std::string> names;
  const int error = index::list_directory(open_directory_in(fd(), "."), [&](int, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name.starts_with('.') && name.ends_with(kRemoving)) names.emplace_back(name);
    return 0;
  });
  check(error, "list", path_);
  for (const std::string& name : names) remove_tree(name, changes);
}

Trashes::Trashes(const std::vector<std::string>& sources, Changes& changes) {
  for (const std::string& source : sources) {
    const auto added = trashes_.emplace(source, Trash::create(source, changes)).first;
    if (added->second.try_lock()) continue;
    throw base::Failure(base::FailureKind::kInUse,
                        base::concat("another process is removing or restoring something in ", source));
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
