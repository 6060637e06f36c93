// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/concat.h"
#include "base/errors.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::removal {

World::World(int sources, const std::string& top) {
  for (int i = 0; i < sources; ++i) {
    sources_.push_back(base::concat(top.empty() ? temporary_.path() : top, "/source", i));
    index::make_directory(sources_.back());
  }
}

std::string World::uuid() {
  const uint64_t a = random_();
  const uint64_t b = random_();
  std::array<char, 40> text = {};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012lx", static_cast<unsigned>(a >> 32),
                static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xffff),
                static_cast<unsigned>(b >> 48), static_cast<unsigned long>(b & 0xffffffffffff));
  return text.data();
}

void World::set_time(const std::string& path, int64_t ns) {
  const struct timespec time = {ns / kSecond, ns % kSecond};
  const std::array<struct timespec, 2> times = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
    base::throw_errno("set the time of", path);
}

void World::file(const std::string& path, size_t size) {
  // Different files have different bytes.
  std::string bytes(size, static_cast<char>('a' + std::hash<std::string>()(path) % 26));
  index::write_file(path, bytes);
  set_time(path, now);
}

void World::snapshot(const std::string& directory, const std::vector<Needed>& files, int64_t id) {
  std::vector<std::string> handles;
  for (const Needed& file : files)
    handles.push_back(test::file("file:" + file.path, static_cast<int64_t>(file.size)));
  index::write_file(directory + "/_metadata", index::metadata_with(handles, id));
  set_time(directory + "/_metadata", now);
  needed_[directory] = files;
}

void World::segment_snapshot(const std::string& directory, const std::string& file, int64_t start,
                             int64_t length, int64_t id) {
  index::write_file(directory + "/_metadata",
                    index::metadata_with({test::segment("file:" + file, start, length)}, id));
  set_time(directory + "/_metadata", now);
  needed_[directory] = {{file, std::filesystem::file_size(file)}};
}

Storage World::storage() const {
  Storage storage;
  int64_t id = 0;
  for (const std::string& source : sources_) storage.roots.push_back({++id, source, true});
  for (const index::Mapping& mapping : mappings) storage.roots.push_back({++id, mapping.directory, false});
  storage.mappings = mappings;
  storage.excluded = excluded;
  storage.follow_links = follow_links;
  storage.remembered = remembered;
  storage.forgotten = forgotten;
  return storage;
}

namespace {

Place place_of(const std::vector<std::string>& sources, const std::string& directory) {
  for (const std::string& source : sources) {
    if (directory == source) return {source, ""};
    if (directory.starts_with(source + "/")) return {source, directory.substr(source.size() + 1)};
  }
  throw std::out_of_range(directory);
}

}  // namespace

Plan World::plan_rm(const std::vector<std::string>& directories, int64_t grace, bool force) {
  const Survey seen = look();
  std::vector<Victim> victims;
  for (const std::string& directory : directories) {
    const SeenSnapshot* snapshot = seen.snapshot_at(place_of(sources_, directory));
    if (snapshot == nullptr) throw std::out_of_range(directory);
    victims.push_back({seen.number_of(*snapshot), "asked for"});
  }
  return make_plan(storage(), seen, victims, nullptr, {"rm", now, grace, force});
}

Plan World::plan_gc(const Retention& retention, int64_t grace, bool force) {
  const Listing listing = list_jobs(storage());
  const Survey seen = look();
  const Selection selection = select(seen, retention, now);
  return make_plan(storage(), seen, selection.victims, &listing, {"gc", now, grace, force, {}, force});
}

Applied World::apply(const Plan& plan) {
  WorldChanges changes(now);
  return apply(plan, changes);
}

Applied World::apply(const Plan& plan, Changes& changes) {
  Trashes trashes(sources_, changes);
  return removal::apply(plan, storage(), trashes, changes);
}

std::vector<Applied> World::resume() {
  WorldChanges changes(now);
  Trashes trashes(sources_, changes);
  return removal::resume(storage(), trashes, changes);
}

Restored World::restore(const std::string& id) {
  WorldChanges changes(now);
  Trashes trashes(sources_, changes);
  return removal::restore(id, trashes, changes);
}

Purged World::purge(const std::string& id) {
  WorldChanges changes(now);
  Trashes trashes(sources_, changes);
  return removal::purge({id}, storage(), look(), trashes, changes).front();
}

std::string World::first_lost(const std::set<std::string>& but) const {
  for (const auto& [directory, files] : needed_) {
    if (but.contains(directory) || !exists(directory + "/_metadata")) continue;
    for (const Needed& file : files) {
      std::error_code error;
      if (std::filesystem::file_size(file.path, error) == file.size && !error) continue;
      return base::concat(directory, " needs ", file.path);
    }
  }
  return {};
}

std::map<std::string, std::string> World::tree() const {
  std::map<std::string, std::string> all;
  for (const std::string& source : sources_) {
    for (auto at = std::filesystem::recursive_directory_iterator(source);
         at != std::filesystem::recursive_directory_iterator(); ++at) {
      const std::string path = at->path();
      if (path == source + "/.checkpointfs") {
        at.disable_recursion_pending();
        continue;
      }
      struct stat st = {};
      if (::lstat(path.c_str(), &st) != 0) base::throw_errno("stat", path);
      all[path] = base::concat(std::to_string(st.st_mode), " ", index::mtime_ns(st), " ",
                               S_ISREG(st.st_mode) ? contents(path) : std::string());
    }
  }
  return all;
}

bool exists(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0;
}

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace checkpointfs::removal
