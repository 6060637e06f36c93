// SPDX-License-Identifier: Apache-2.0
#include "storage/mapping_inference.h"

#include <sys/stat.h>

#include <climits>

#include "base/beneath.h"
#include "base/path.h"
#include "flink/uri.h"
#include "storage/state_file.h"

namespace checkpointfs::storage {
namespace {

// The mappings of one directory of URIs. Several snapshots may try, as an old one may have lost files that a
// new one still has.
constexpr uint64_t kFailuresOfSnapshot = 4;
constexpr size_t kFailuresOfDirectory = 16;
// A hostile metadata file may name any number of directories, each of which costs some twenty looks, and as
// many as kComponents squared if its paths are made for it.
constexpr uint64_t kFailuresOfJob = 256;
// The deepest end of a URI that is sought, and the directories above a snapshot in which it is.
constexpr size_t kComponents = 40;

std::string key_of(const Location& location) {
  return std::to_string(location.root_id) + ':' + location.path;
}

// Position of the '/' before the last kComponents of `path`, or of its first one.
size_t first_cut(std::string_view path) {
  size_t cut = path.size();
  for (size_t i = 0; i < kComponents && cut != 0; ++i) cut = path.rfind('/', cut - 1);
  return cut;
}

// The places where it may lie: the snapshot's directory, the nearest of those that lead to it, its source,
// the other sources.
std::vector<Location> anchors_of(const Location& snapshot, const std::vector<Root>& roots) {
  std::vector<Location> anchors = {snapshot};
  while (!anchors.back().path.empty() && anchors.size() < kComponents)
    anchors.push_back({snapshot.root_id, std::string(base::parent(anchors.back().path))});
  if (!anchors.back().path.empty()) anchors.push_back({snapshot.root_id, {}});
  for (const Root& root : roots) {
    if (root.is_source && root.id != snapshot.root_id) anchors.push_back({root.id, {}});
  }
  return anchors;
}

}  // namespace

bool MappingInference::give_up(const Location& snapshot, const LostFile& file) {
  const std::string directory(base::parent(file.uri));
  const std::string job = key_of({snapshot.root_id, std::string(base::parent(snapshot.path))});
  const auto& failed = failed_[{directory, job}];
  return failed.contains(file.uri) || failed.size() >= kFailuresOfDirectory ||
         failures_of_snapshot_[{directory, key_of(snapshot)}] >= kFailuresOfSnapshot ||
         failures_of_job_[job] >= kFailuresOfJob;
}

bool MappingInference::is_there(const Location& place, const LostFile& file) {
  ++looked_;
  const auto facts =
      directories_.ask(place.root_id, [path = place.path](int root) { return look_at(root, path); });
  if (!facts || !directories_.is_of_the_file(facts->error, place.root_id, place.path)) return false;
  if (facts->status != FileStatus::kOk) return false;
  if (!file.segment && !file.size_is_exact) return true;
  return projected_status(FileStatus::kOk, facts->size, file.segment, file.start, file.size) ==
         FileStatus::kOk;
}

// Is true if the prefix already leads to a directory that is there, and the candidate to quite another one. A
// metadata file that names `<other job>/<own job>/<own file>`, or a file that two jobs have under one name,
// must not take the other job's files away.
bool MappingInference::replaces_another(const Candidate& candidate, const Location& snapshot,
                                        const Resolver& resolver) const {
  const auto now = resolver.match(candidate.mapping.uri_prefix, snapshot);
  if (!now) return false;
  const Location& directory = now->location;
  const auto is_there = directories_.ask(directory.root_id, [path = directory.path](int root) {
    struct stat st = {};
    return path.empty() || (base::stat_beneath(root, path.c_str(), &st) == 0 && S_ISDIR(st.st_mode));
  });
  if (is_there && !*is_there) return false;
  // A copy has the same name, or lies in what it is a copy of.
  if (base::last_component(candidate.mapping.uri_prefix) == base::last_component(candidate.anchor.path))
    return false;
  const bool within = candidate.anchor.root_id == directory.root_id &&
                      candidate.anchor.path != directory.path &&
                      base::is_at_or_below(candidate.anchor.path, directory.path);
  return !within;
}

std::optional<Mapping> MappingInference::accepted(const Candidate& candidate, const Location& snapshot,
                                                  const LostFile& file, const Resolver& resolver,
                                                  const std::vector<Mapping>& mappings) const {
  if (replaces_another(candidate, snapshot, resolver)) return std::nullopt;
  Mapping mapping = candidate.mapping;
  const std::string job = resolver.absolute({snapshot.root_id, std::string(base::parent(snapshot.path))});
  for (const std::string& scope : {mapping.scope, job}) {
    mapping.scope = scope;
    std::vector<Mapping> more = mappings;
    bool taken = false;
    for (const Mapping& known : mappings) {
      taken = taken || (known.inferred && known.uri_prefix == mapping.uri_prefix && known.scope == scope);
    }
    more.push_back(mapping);
    if (!taken && Resolver(resolver.roots(), more).resolve(file.uri, snapshot) == candidate.place)
      return mapping;
    if (candidate.mapping.scope.size() >= job.size()) break;  // it is no wider than that of the job
  }
  return std::nullopt;
}

std::optional<Mapping> MappingInference::find(const Location& snapshot, const LostFile& file,
                                              const Resolver& resolver,
                                              const std::vector<Mapping>& mappings) {
  const auto uri = flink::parse_uri(file.uri);
  if (!uri || give_up(snapshot, file)) return std::nullopt;
  const std::vector<Location> anchors = anchors_of(snapshot, resolver.roots());
  // Cuts the path at each '/', the one before the base name left out.
  for (size_t cut = first_cut(uri->path); cut != std::string::npos; cut = uri->path.find('/', cut + 1)) {
    const std::string_view suffix = std::string_view(uri->path).substr(cut + 1);
    if (suffix.find('/') == std::string_view::npos) break;
    if (suffix.size() >= PATH_MAX) continue;
    flink::Uri prefix = *uri;
    prefix.path = cut == 0 ? "/" : uri->path.substr(0, cut);
    for (const Location& anchor : anchors) {
      Location place{anchor.root_id, base::join(anchor.path, suffix)};
      if (!is_there(place, file)) continue;
      // A source that does not answer may have what fits better.
      if (anchor.root_id != snapshot.root_id && directories_.is_any_silent()) continue;
      const Location scope = anchor.root_id == snapshot.root_id ? anchor : Location{snapshot.root_id, {}};
      const Candidate candidate{
          {flink::to_string(prefix), resolver.absolute(anchor), true, resolver.absolute(scope)},
          std::move(place),
          anchor};
      if (auto mapping = accepted(candidate, snapshot, file, resolver, mappings)) return mapping;
    }
  }
  const std::string directory(base::parent(file.uri));
  const std::string job = key_of({snapshot.root_id, std::string(base::parent(snapshot.path))});
  failed_[{directory, job}].insert(file.uri);
  ++failures_of_snapshot_[{directory, key_of(snapshot)}];
  ++failures_of_job_[job];
  return std::nullopt;
}

}  // namespace checkpointfs::storage
