// SPDX-License-Identifier: Apache-2.0
#include "cli/query/scope.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include "base/log.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/paths.h"
#include "index/scan/default_file.h"
#include "storage/walk.h"

namespace checkpointfs::cli {
namespace {

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

bool is_directory(const std::string& path) {
  struct stat st = {};
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::string below(const std::string& directory, std::string_view name) {
  return base::format("{}/{}", directory == "/" ? "" : directory, name);
}

// Lists a directory without "." and ".."; nothing if it cannot be listed.
std::optional<std::vector<std::string>> names_in(const std::string& directory) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::opendir(directory.c_str()));
  if (!stream) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

bool is_part_of_job(std::string_view name) {
  return name == "shared" || name == "taskowned" || storage::is_checkpoint_name(name);
}

// True of a directory beside a job that may need the job's files: a job, a savepoint, or a directory that
// cannot be listed.
bool may_need_from(const std::string& directory) {
  if (!is_directory(directory)) return false;
  const auto names = names_in(directory);
  if (!names) return is_job_id(name_of(directory));
  return looks_like_job(directory) || std::ranges::binary_search(*names, "_metadata");
}

bool has_jobs_beside(const std::string& job) {
  const std::string above(parent_of(job));
  const auto names = names_in(above);
  return names && std::ranges::any_of(*names, [&](const std::string& name) {
           const std::string other = below(above, name);
           return !name.starts_with('.') && other != job && may_need_from(other);
         });
}

// True if nobody but root and this user can have put something there.
bool is_own_directory(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode) &&
         (st.st_uid == 0 || st.st_uid == ::geteuid()) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool is_marked(const std::string& directory) {
  const std::string control = below(directory, ".checkpointfs");
  return is_own_directory(control) &&
         (is_own_directory(below(control, "trash")) || is_own_directory(below(control, "pins")));
}

std::string use_instead(const std::string& source, std::string_view why) {
  return base::format("nothing is removed, because {} is not the whole storage: {}", base::printable(source),
                      why);
}

}  // namespace

bool looks_like_job(const std::string& directory) {
  const auto names = names_in(directory);
  if (!names) return false;
  std::vector<std::string> directories;
  for (const std::string& name : *names) {
    if (is_part_of_job(name) && is_directory(below(directory, name))) directories.push_back(name);
  }
  return storage::is_job(directories);
}

std::string storage_around(const std::string& directory) {
  std::string storage = directory;
  while (storage != "/" && is_part_of_job(name_of(storage)) &&
         looks_like_job(std::string(parent_of(storage))))
    storage = parent_of(storage);
  while (storage != "/" && looks_like_job(storage) && has_jobs_beside(storage)) storage = parent_of(storage);
  return storage;
}

std::string marked_around(const std::string& directory) {
  std::string widest;
  for (std::string above = directory;; above = parent_of(above)) {
    if (is_marked(above)) widest = above;
    if (above == "/") return widest;
  }
}

std::vector<KnownIndex> known_indexes() {
  const std::string example = index::default_index_file({"/"});
  const std::string directory(parent_of(example));
  const std::string_view name = name_of(example);
  const std::string_view suffix = name.substr(std::min(name.find('.'), name.size()));
  std::vector<KnownIndex> known;
  for (const std::string& file : names_in(directory).value_or(std::vector<std::string>())) {
    if (!file.ends_with(suffix)) continue;
    KnownIndex index{below(directory, file), {}};
    try {
      for (const storage::Root& root : index::Reader(index.file).roots()) {
        if (root.is_source) index.sources.push_back(root.path);
      }
    } catch (const std::exception& e) {
      base::log_info(base::format("index {} is skipped: {}", index.file, e.what()));
    }
    if (!index.sources.empty()) known.push_back(std::move(index));
  }
  return known;
}

std::string too_narrow(const std::vector<std::string>& sources) {
  for (const std::string& given : sources) {
    const std::string source = real_path(given);
    if (const std::string storage = storage_around(source); storage != source) {
      return use_instead(source, base::format("jobs beside it may need its files; use --source {}",
                                              base::printable(storage)));
    }
    if (const std::string marked = marked_around(source); marked != source && !marked.empty()) {
      return use_instead(
          source,
          base::format(
              "{} has pins or a trash; use --source {}, or remove {} if that directory is no longer storage",
              base::printable(marked), base::printable(marked),
              base::printable(below(marked, ".checkpointfs"))));
    }
    for (const KnownIndex& known : known_indexes()) {
      for (const std::string& wider : known.sources) {
        if (wider == source || !within(source, wider) || !is_directory(wider)) continue;
        return use_instead(
            source,
            base::format(
                "the index {} has the source {}; use --source {}, or delete that index if its source is no longer storage",
                base::printable(known.file), base::printable(wider), base::printable(wider)));
      }
    }
  }
  return {};
}

std::vector<ScannedSource> scanned_sources(index::Reader& reader) {
  std::vector<ScannedSource> all;
  std::map<std::string, std::set<std::string>> jobs;
  for (const storage::Root& root : reader.roots()) {
    if (root.is_source) all.push_back({root.path, 0, 0});
  }
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const auto source = std::ranges::find(all, snapshot.source.path, &ScannedSource::source);
    if (source == all.end()) return;
    ++source->snapshots;
    const size_t slash = snapshot.source_path.rfind('/');
    jobs[source->source].insert(snapshot.source_path.substr(0, slash == std::string::npos ? 0 : slash));
  });
  for (ScannedSource& one : all) one.jobs = jobs[one.source].size();
  return all;
}

std::string scanned_sources_text(const std::vector<ScannedSource>& all) {
  std::string text;
  for (const ScannedSource& one : all) {
    text += base::format("looked at: {} ({}, {})\n", base::printable(one.source),
                         base::counted(one.snapshots, "snapshot"), base::counted(one.jobs, "job"));
  }
  return text;
}

JsonArray scanned_sources_json(const std::vector<ScannedSource>& all) {
  JsonArray array;
  for (const ScannedSource& one : all) {
    array.push_back(JsonObject{{"source", one.source}, {"snapshots", one.snapshots}, {"jobs", one.jobs}});
  }
  return array;
}

}  // namespace checkpointfs::cli
