// SPDX-License-Identifier: Apache-2.0
#include "cli/needs.h"

#include <set>
#include <string_view>
#include <unordered_map>

namespace checkpointfs::cli {
namespace {

// The directory of the job whose directory `path`, of a state file, lies in: above Flink's own directories.
std::string owner_of(std::string_view path) {
  std::string_view directory =
      path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
  for (std::string_view left = directory; !left.empty();) {
    const size_t slash = left.rfind('/');
    const std::string_view name = left.substr(slash == std::string_view::npos ? 0 : slash + 1);
    left = left.substr(0, slash == std::string_view::npos ? 0 : slash);
    if (name == "shared" || name == "taskowned" || name == "dstl" || name.starts_with("chk-"))
      directory = left;
  }
  return std::string(directory);
}

}  // namespace

Chain read_chain(index::Reader& reader, const Place& place) {
  Chain chain;
  std::unordered_map<int64_t, std::string> jobs;   // of the snapshots
  std::unordered_map<int64_t, std::string> roots;  // what stands before the paths in a source
  for (const index::Snapshot& snapshot : snapshots_of(reader, place)) {
    jobs[snapshot.id] = job_of(snapshot);
    ++chain.snapshots[job_of(snapshot)];
    const std::string own = snapshot.source_path.empty() ? "" : "/" + snapshot.source_path;
    roots[snapshot.source.id] = "/" + snapshot.path;
    roots[snapshot.source.id].resize(roots[snapshot.source.id].size() - own.size());
  }
  std::set<std::string> needing;
  reader.uses([&](const index::Reader::FileUse& use) {
    const auto root = roots.find(use.root_id);
    std::string owner;
    if (root != roots.end()) {
      const std::string path = root->second.size() > 1 ? root->second.substr(1) + "/" + use.path : use.path;
      owner = owner_of(path);
    } else {
      owner = owner_of(use.uri);
    }
    needing.clear();
    for (const int64_t snapshot : use.snapshots) {
      if (const auto job = jobs.find(snapshot); job != jobs.end()) needing.insert(job->second);
    }
    for (const std::string& job : needing) {
      Need& need = chain.needs[job][owner];
      ++need.files;
      need.bytes += use.length;
    }
  });
  return chain;
}

}  // namespace checkpointfs::cli
