// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/job_listing.h"
#include "world.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/errors.h"
#include "base/text/message.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::removal {

bool WorldChanges::is_in_trash(int directory) {
  const auto path = std::filesystem::read_symlink(base::format("/proc/self/fd/{}", directory));
  return path.string().find("/.checkpointfs/trash") != std::string::npos;
}

World::World(int sources, const std::string& top) {
  for (int i = 0; i < sources; ++i) {
    sources_.push_back(base::format("{}/source{}", top.empty() ? temporary_.path() : top, i));
    test::make_directory(sources_.back());
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
  test::replace_file(path, bytes);
  set_time(path, now);
}

void World::snapshot(const std::string& directory, const std::vector<Needed>& files, int64_t id) {
  std::vector<std::string> handles;
  std::vector<Needed> named = files;
  for (Needed& file : named) handles.push_back(test::file(spelled(file), static_cast<int64_t>(file.size)));
  test::replace_file(directory + "/_metadata", test::metadata_with(handles, id));
  set_time(directory + "/_metadata", now);
  needed_[directory] = std::move(named);
}

void World::segment_snapshot(const std::string& directory, const std::string& file, int64_t start,
                             int64_t length, int64_t id) {
  Needed needed{file, std::filesystem::file_size(file)};
  test::replace_file(directory + "/_metadata",
                     test::metadata_with({test::segment(spelled(needed), start, length)}, id));
  set_time(directory + "/_metadata", now);
  needed_[directory] = {std::move(needed)};
}

std::vector<Needed> World::pin(const std::string& source, const std::string& name,
                               const std::vector<Needed>& files) {
  const std::string directory = base::format("{}/.checkpointfs/pins/{}", source, name);
  std::vector<Needed> held;
  std::vector<std::string> handles;
  for (const Needed& file : files) {
    const std::string base = std::filesystem::path(file.path).filename();
    held.push_back({base::format("{}/{}", directory, base), file.size});
    handles.push_back(test::relative(base, static_cast<int64_t>(file.size)));
    test::replace_file(held.back().path, contents(file.path));
    set_time(held.back().path, now);
  }
  test::replace_file(directory + "/_metadata", test::metadata_with(handles));
  test::replace_file(directory + ".json", "{}");
  needed_[directory] = held;
  return held;
}

void World::use_spellings(uint64_t seed) {
  spellings_.emplace(seed);
  for (size_t i = 0; i < sources_.size(); ++i) {
    for (const std::string store : {"hdfs://ns1/flink", "hdfs://ns1:8020/flink", "s3://bucket/flink"})
      mappings.push_back({base::format("{}{}", store, i), sources_[i], false, ""});
    const std::string copies = base::format("{}{}", beside("copies"), i);
    test::make_directory(copies);
    mappings.push_back({base::format("s3://copies/flink{}", i), copies, false, ""});
  }
}

std::string World::spelled(Needed& file) {
  if (!spellings_) return "file:" + file.path;
  size_t number = 0;
  while (!file.path.starts_with(sources_.at(number) + "/")) ++number;
  const std::string rest = base::format("/flink{}{}", number, file.path.substr(sources_[number].size()));
  switch ((*spellings_)() % 8) {
    case 0:
      return "hdfs://ns1" + rest;
    case 1:
      return "hdfs://ns1:8020" + rest;
    case 2:
      return "s3://bucket" + rest;
    case 3:
      return "s3a://bucket" + rest;
    case 4:
      return "file://" + file.path;
    case 5: {
      // unpin looks for a pin's own files, not for others of their names.
      if (!exists(file.path) || file.path.find("/.checkpointfs/") != std::string::npos) break;
      file.found_as =
          base::format("{}{}{}", beside("copies"), number, file.path.substr(sources_[number].size()));
      test::replace_file(file.found_as, contents(file.path));
      ++copies_;
      return "s3a://copies" + rest;
    }
    default:
      break;
  }
  return "file:" + file.path;
}

Storage World::storage() const {
  Storage storage;
  int64_t id = 0;
  for (const std::string& source : sources_) storage.roots.push_back({++id, source, true});
  for (const storage::Mapping& mapping : mappings) {
    const bool known = std::ranges::any_of(
        storage.roots, [&](const storage::Root& root) { return root.path == mapping.directory; });
    if (!known) storage.roots.push_back({++id, mapping.directory, false});
  }
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
  const PlanOptions options = plan_options("rm", grace, force);
  const Survey seen = look();
  std::vector<Victim> victims;
  for (const std::string& directory : directories) {
    const SeenSnapshot* snapshot = seen.snapshot_at(place_of(sources_, directory));
    if (snapshot == nullptr) throw std::out_of_range(directory);
    victims.push_back({seen.number_of(*snapshot), "asked for"});
  }
  return make_plan(storage(), seen, victims, nullptr, options);
}

Plan World::plan_gc(const Retention& retention, int64_t grace, bool force) {
  const Listing listing = list_jobs(storage());
  const PlanOptions options = plan_options("gc", grace, force);
  const Survey seen = look();
  Retention rules = retention;
  rules.recovered = recovered_snapshots(storage(), seen, options.recovery);
  const Selection selection = select(seen, rules, now);
  return make_plan(storage(), seen, selection.victims, &listing, options);
}

PlanOptions World::plan_options(const char* command, int64_t grace, bool force) const {
  PlanOptions options;
  options.command = command;
  options.now_ns = now;
  options.grace_ns = grace;
  options.force_newest = force;
  options.force_most = force;
  options.ha = ha;
  options.recovery = recovery_pointers(ha);
  return options;
}

Applied World::apply(const Plan& plan) {
  WorldChanges disk(now);
  return apply(plan, disk);
}

Applied World::apply(const Plan& plan, storage::DiskOperations& disk) {
  Trashes trashes(sources_, disk);
  return removal::apply(plan, storage(), trashes, disk);
}

std::vector<Applied> World::resume() {
  WorldChanges disk(now);
  Trashes trashes(sources_, disk);
  return removal::resume(storage(), trashes, disk);
}

Restored World::restore(const std::string& id) {
  WorldChanges disk(now);
  Trashes trashes(sources_, disk);
  return removal::restore(id, trashes, disk);
}

Purged World::purge(const std::string& id) {
  WorldChanges disk(now);
  Trashes trashes(sources_, disk);
  return removal::purge({id}, storage(), look(), trashes, disk).front();
}

std::string World::first_lost(const std::set<std::string>& but) const {
  for (const auto& [directory, files] : needed_) {
    if (but.contains(directory) || !exists(directory + "/_metadata")) continue;
    for (const Needed& file : files) {
      std::error_code error;
      if (std::filesystem::file_size(file.path, error) == file.size && !error) continue;
      return base::format("{} needs {}", directory, file.path);
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
      all[path] = base::format("{} {} {}", std::to_string(st.st_mode), storage::mtime_ns(st),
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
