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
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/paths.h"
#include "flink/names.h"
#include "index/scan/default_file.h"
#include "storage/control_name.h"
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

// True of a directory beside a job that may need the job's files: a job, a savepoint, or a directory that
// cannot be listed.
bool may_need_from(const std::string& directory) {
  if (!is_directory(directory)) return false;
  const auto names = names_in(directory);
  if (!names) return flink::is_job_id(base::last_component(directory));
  return looks_like_job(directory) || std::ranges::binary_search(*names, flink::kMetadataFile);
}

bool has_jobs_beside(const std::string& job) {
  const std::string above(base::parent(job));
  const auto names = names_in(above);
  return names && std::ranges::any_of(*names, [&](const std::string& name) {
           const std::string other = base::join(above, name);
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
  const std::string control = base::join(directory, storage::kControlDirectory);
  return is_own_directory(control) &&
         (is_own_directory(base::join(control, "trash")) || is_own_directory(base::join(control, "pins")));
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
    if (flink::is_part_of_job(name) && is_directory(base::join(directory, name))) directories.push_back(name);
  }
  return storage::is_job(directories);
}

std::string storage_around(const std::string& directory) {
  std::string storage = directory;
  while (storage != "/" && flink::is_part_of_job(base::last_component(storage)) &&
         looks_like_job(std::string(base::parent(storage))))
    storage = base::parent(storage);
  while (storage != "/" && looks_like_job(storage) && has_jobs_beside(storage))
    storage = base::parent(storage);
  return storage;
}

std::string marked_around(const std::string& directory) {
  std::string widest;
  for (std::string above = directory; above != "/"; above = base::parent(above)) {
    if (is_marked(above)) widest = above;
  }
  return widest;
}

std::vector<KnownIndex> known_indexes() {
  const std::string directory = index::index_directory();
  std::vector<KnownIndex> known;
  for (const std::string& file : names_in(directory).value_or(std::vector<std::string>())) {
    if (!file.ends_with(index::kIndexSuffix)) continue;
    KnownIndex index{base::join(directory, file), {}};
    try {
      for (const storage::Root& root : index::Reader(index.file).roots()) {
        if (root.is_source) index.sources.push_back(root.path);
      }
    } catch (const std::exception& e) {
      base::log_info(base::format("index {} is skipped: {}", index.file, e.what()));
    }
    // Checkpointfs 0.x took the whole host for a source.
    const bool is_host = std::ranges::find(index.sources, "/") != index.sources.end();
    if (!index.sources.empty() && !is_host) known.push_back(std::move(index));
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
              base::printable(base::join(marked, storage::kControlDirectory))));
    }
    for (const KnownIndex& known : known_indexes()) {
      for (const std::string& wider : known.sources) {
        if (wider == source || !base::path_below(source, wider) || !is_directory(wider)) continue;
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
    jobs[source->source].emplace(base::parent(snapshot.source_path));
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
