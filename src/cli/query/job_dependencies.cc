// SPDX-License-Identifier: Apache-2.0
#include "cli/query/job_dependencies.h"

#include <set>
#include <string_view>
#include <unordered_map>

#include "base/path.h"

namespace checkpointfs::cli {
namespace {

struct Owner {
  std::string job;
  bool is_changelog = false;  // below `dstl`, which may lie elsewhere in a directory with the job's id
};

// Returns the job that owns the state file at `path`: the directory above Flink's own directories.
Owner owner_of(std::string_view path) {
  std::string_view directory = base::parent(path);
  Owner owner;
  for (std::string_view left = directory; !left.empty();) {
    const std::string_view name = base::last_component(left);
    left = base::parent(left);
    const bool changelog = name == "dstl";
    if (name != "shared" && name != "taskowned" && !changelog && !name.starts_with("chk-")) continue;
    directory = left;
    owner.is_changelog = changelog;
  }
  owner.job = directory;
  return owner;
}

}  // namespace

JobDependencies read_job_dependencies(index::Reader& reader, const QueryTarget& target) {
  JobDependencies dependencies;
  std::unordered_map<int64_t, std::string> jobs;                  // by snapshot
  std::unordered_map<int64_t, std::string> roots;                 // prefixes of the paths in each source
  std::unordered_map<std::string, std::string> job_of_directory;  // by the directory of a snapshot
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    job_of_directory[snapshot.path] = job_of(snapshot);
    const std::string own = snapshot.source_path.empty() ? "" : "/" + snapshot.source_path;
    std::string& root = roots[snapshot.source.id] = "/" + snapshot.path;
    root.resize(root.size() - own.size());
  });
  for (const index::Snapshot& snapshot : snapshots_of(reader, target)) {
    jobs[snapshot.id] = job_of(snapshot);
    ++dependencies.snapshots[job_of(snapshot)];
  }
  std::set<std::string> needing;
  reader.references().uses([&](const index::FileUse& use) {
    const auto root = roots.find(use.root_id);
    Owner owner;
    if (root != roots.end()) {
      const std::string path = root->second.size() > 1 ? root->second.substr(1) + "/" + use.path : use.path;
      const auto beside = job_of_directory.find(std::string(base::parent(path)));
      owner = beside == job_of_directory.end() ? owner_of(path) : Owner{beside->second};
    } else {
      owner = owner_of(use.uri);
    }
    needing.clear();
    for (const int64_t snapshot : use.snapshots) {
      if (const auto job = jobs.find(snapshot); job != jobs.end()) needing.insert(job->second);
    }
    for (const std::string& job : needing) {
      const bool own_changelog =
          owner.is_changelog && base::last_component(owner.job) == base::last_component(job);
      Dependency& dependency = dependencies.of_jobs[job][own_changelog ? job : owner.job];
      ++dependency.files;
      dependency.bytes += use.length;
    }
  });
  return dependencies;
}

}  // namespace checkpointfs::cli
