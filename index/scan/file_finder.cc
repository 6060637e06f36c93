// SPDX-License-Identifier: Apache-2.0
#include "index/scan/file_finder.h"

#include <algorithm>

#include "base/path.h"
#include "flink/uri.h"
#include "index/scan/parent_directories.h"

namespace checkpointfs::index {
namespace {

// One snapshot may need several mappings, but a hostile one must not make us try for ever.
constexpr int kMappingsOfOneSnapshot = 64;

bool is_prefix(std::string_view a, std::string_view b) {
  if (a.ends_with('/')) a.remove_suffix(1);
  return base::is_at_or_below(b, a);
}

}  // namespace

storage::FileStatus NeededStateFile::status() const {
  if (facts) return facts->status;
  if (known) return known->status;
  return place->relative ? storage::FileStatus::kOutside : storage::FileStatus::kUnmapped;
}

int64_t projected_length(const storage::ProjectedFile& file, storage::FileStatus status, int64_t size) {
  if (file.segment || file.size_is_exact) return file.size;
  return status == storage::FileStatus::kOk ? size : std::max<int64_t>(file.size, 0);
}

FileFinder::FileFinder(Connection& db, StoredConfiguration configuration,
                       const storage::ScanRoots& directories, base::ParallelCalls& workers, FileRows& files,
                       SnapshotRows& snapshots)
    : db_(db),
      directories_(directories),
      workers_(workers),
      files_(files),
      snapshots_(snapshots),
      mappings_(std::move(configuration.mappings)),
      resolver_(std::make_shared<storage::Resolver>(std::move(configuration.roots), mappings_)),
      inference_(directories),
      lost_names_(directories, resolver_->roots()) {}

void FileFinder::look(std::vector<NeededStateFile>* files) {
  std::vector<NeededStateFile*> wanted;
  for (NeededStateFile& file : *files) {
    const bool done = file.known && looked_at_.contains(file.known->id);
    const bool good = file.known && file.known->status == storage::FileStatus::kOk && !file.suspect;
    if (file.place->location && !done && !good) wanted.push_back(&file);
  }
  ParentDirectories parents(directories_);
  for (const NeededStateFile* file : wanted) parents.add(*file->place->location);
  workers_.run(wanted.size(), [&](size_t i) {
    auto facts = parents.look_at(*wanted[i]->place->location);
    if (facts) wanted[i]->facts = std::make_unique<storage::StateFileFacts>(std::move(*facts));
  });
  for (NeededStateFile* file : wanted) {
    const storage::Location& location = *file->place->location;
    file->is_unanswered =
        !file->facts || !directories_.is_of_the_file(file->facts->error, location.root_id, location.path);
    if (file->is_unanswered) file->facts.reset();
  }
  looked_ += wanted.size();
}

NeededFiles FileFinder::find_by_mappings(ProjectedSnapshot projected) {
  NeededFiles needed;
  needed.projected = std::move(projected.files);
  needed.names = std::move(projected.names);
  needed.state_file_of = std::move(projected.place_of);
  needed.state_files.reserve(projected.places.size());
  for (const storage::FilePlace* place : projected.places)
    needed.state_files.push_back({place, false, files_.find(*place), nullptr});
  size_t i = 0;
  for (const storage::ProjectedFile& file : needed.projected.files) {
    NeededStateFile& state_file = needed.state_files[needed.state_file_of[i++]];
    if (!state_file.known || state_file.known->status != storage::FileStatus::kOk) continue;
    const int64_t size = state_file.known->size;
    const int64_t length = projected_length(file, storage::FileStatus::kOk, size);
    const auto status =
        storage::projected_status(storage::FileStatus::kOk, size, file.segment, file.start, length);
    state_file.suspect = state_file.suspect || status == storage::FileStatus::kWrongSize;
  }
  look(&needed.state_files);
  heal(&needed);
  return needed;
}

void FileFinder::heal(NeededFiles* needed) {
  for (size_t i = 0; i < needed->projected.files.size(); ++i) {
    const storage::ProjectedFile& file = needed->projected.files[i];
    if (!file.place->relative || file.segment || !file.size_is_exact) continue;
    if (needed->state_files[needed->state_file_of[i]].status() != storage::FileStatus::kMissing) continue;
    storage::LostName lost{std::string(base::last_component(file.place->uri)), file.size};
    if (!storage::RelocatedFiles::is_unmistakable(lost.name)) continue;
    const auto place = lost_names_.found(lost);
    if (!place) {
      needed->lost.push_back(std::move(lost));
      continue;
    }
    ++needed->healed;
    needed->state_file_of[i] = static_cast<uint32_t>(needed->state_files.size());
    needed->projected.places.push_back({*place, flink::to_string({"file", "", resolver_->absolute(*place)}),
                                        false, storage::hash_of(place->root_id, place->path)});
    const storage::FilePlace& found = needed->projected.places.back();
    needed->state_files.push_back({&found, false, files_.find(found), nullptr});
  }
  if (needed->healed > 0) look(&needed->state_files);
}

NeededFiles FileFinder::find(PreparedMetadata& preparation, const storage::Location& snapshot) {
  for (int round = 0;; ++round) {
    if (!preparation.projected || preparation.resolver != resolver_) {
      preparation.resolver = resolver_;
      preparation.projected.emplace(project_snapshot(**preparation.metadata, snapshot, *resolver_));
      preparation.rewritten_size.emplace(
          size_of_rewrite(**preparation.metadata, preparation.projected->files.names()));
    }
    NeededFiles needed = find_by_mappings(std::move(*preparation.projected));
    preparation.projected.reset();
    const bool infers = infer_ && round < kMappingsOfOneSnapshot;
    const auto mapping = infers ? infer(needed, snapshot) : std::nullopt;
    if (!mapping) {
      needed.is_unknown = directories_.is_any_silent() && is_unknown(needed);
      return needed;
    }
    add(*mapping);
  }
}

bool FileFinder::is_unknown(const NeededFiles& needed) const {
  return !needed.lost.empty() || std::ranges::any_of(needed.state_files, [](const NeededStateFile& file) {
    if (file.is_unanswered) return !file.known || file.suspect;
    return !file.place->location && !file.place->relative;
  });
}

// Is true if a mapping might find it. A file that a mapping of the user names is where the user says, or
// nowhere.
bool FileFinder::is_lost(const NeededStateFile& file, const storage::Location& snapshot) const {
  if (file.place->relative) return false;
  if (!file.place->location) return true;
  if (file.status() != storage::FileStatus::kMissing) return false;
  const auto match = resolver_->match(file.place->uri, snapshot);
  return match && match->origin != storage::Origin::kGiven;
}

std::optional<storage::Mapping> FileFinder::infer(const NeededFiles& files,
                                                  const storage::Location& snapshot) {
  for (size_t i = 0; i < files.projected.files.size(); ++i) {
    if (!is_lost(files.state_files[files.state_file_of[i]], snapshot)) continue;
    const storage::ProjectedFile& file = files.projected.files[i];
    const storage::LostFile lost{file.place->uri, file.segment, file.size_is_exact, file.start, file.size};
    if (auto mapping = inference_.find(snapshot, lost, *resolver_, mappings_)) return mapping;
  }
  return std::nullopt;
}

bool FileFinder::is_found_now(const NeededStateFile& file, const storage::LostFile& lost,
                              const storage::Location& snapshot) {
  if (!infer_ || !is_lost(file, snapshot)) return false;
  // A relative name also has a URI of the place where it leads: no mapping finds that.
  const auto match = resolver_->match(file.place->uri, snapshot);
  if (match && match->origin == storage::Origin::kInPlace) return false;
  return inference_.find(snapshot, lost, *resolver_, mappings_).has_value();
}

bool FileFinder::overlaps_another(const storage::Mapping& mapping) const {
  const auto related = [&](const std::string& prefix) {
    return is_prefix(prefix, mapping.uri_prefix) || is_prefix(mapping.uri_prefix, prefix);
  };
  const auto& roots = resolver_->roots();
  return std::any_of(mappings_.begin(), mappings_.end(),
                     [&](const storage::Mapping& other) { return related(other.uri_prefix); }) ||
         std::any_of(roots.begin(), roots.end(), [&](const storage::Root& root) {
           return root.is_source && related("file:" + root.path);
         });
}

void FileFinder::add(const storage::Mapping& mapping) {
  Statement(db_, "INSERT INTO mappings (uri_prefix, scope, directory, inferred) VALUES (?, ?, ?, 1)")
      .bind(mapping.uri_prefix, mapping.scope, mapping.directory)
      .run();
  // If nothing mapped these URIs so far, only snapshots that are not ok can have them.
  const auto scope = resolver_->locate(mapping.scope);
  if (scope) snapshots_.mark_stale_below(scope->root_id, scope->path, overlaps_another(mapping));
  mappings_.push_back(mapping);
  resolver_ = std::make_shared<storage::Resolver>(resolver_->roots(), mappings_);
  inferred_.push_back(mapping);
}

}  // namespace checkpointfs::index
