// SPDX-License-Identifier: Apache-2.0
#include "index/snapshot_files.h"

#include <functional>
#include <unordered_map>

#include "base/concat.h"
#include "base/human.h"
#include "base/modified_utf8.h"
#include "flink/uri.h"
#include "index/projected_name.h"

namespace checkpointfs::index {
namespace {

// What makes two handles one file.
struct Identity {
  enum class Kind : uint8_t { kAnyWhole, kWhole, kSegment };
  Kind kind;
  int64_t root_id;
  std::string path;  // not resolved: the URI
  int64_t start;
  int64_t size;
  friend bool operator==(const Identity&, const Identity&) = default;
};

struct IdentityHash {
  size_t operator()(const Identity& id) const {
    size_t hash = std::hash<std::string>()(id.path);
    for (const int64_t part : {static_cast<int64_t>(id.kind), id.root_id, id.start, id.size}) {
      hash = hash * 0x9e3779b97f4a7c15 + static_cast<size_t>(part);
    }
    return hash;
  }
};

// Fills in what the handle's path says: location, uri, relative.
void resolve(const flink::FileHandle& handle, const Location& directory, const Resolver& resolver,
             ProjectedFile* file) {
  const auto path = base::utf8_from_modified(handle.path);
  if (handle.tag == flink::StreamTag::kRelative) {
    file->relative = true;
    const auto resolved = path ? flink::resolve_relative(directory.path, *path) : std::nullopt;
    if (resolved) {
      file->location = Location{directory.root_id, *resolved};
      file->uri = flink::to_string({"file", "", resolver.absolute(*file->location)});
    } else {
      // Not normalised, and so never equal to the URI of anything else.
      file->uri = base::concat("file:", resolver.absolute(directory), "/",
                               path ? *path : base::printable(handle.path));
    }
    return;
  }
  if (!path) {
    file->uri = base::printable(handle.path);
    return;
  }
  const auto uri = flink::parse_uri(*path);
  file->uri = uri ? flink::to_string(*uri) : *path;
  if (!uri) return;
  auto match = resolver.match(*uri, directory);
  if (match) file->location = std::move(match->location);
}

// Collects files, each once.
class Collector {
 public:
  // Index into files().
  uint32_t add(ProjectedFile file);
  std::vector<ProjectedFile> take() { return std::move(files_); }

 private:
  using Kind = Identity::Kind;
  uint32_t append(ProjectedFile file, const std::string& hashed);

  std::vector<ProjectedFile> files_;
  std::unordered_map<Identity, uint32_t, IdentityHash> known_;
  NameSet names_;
};

uint32_t Collector::append(ProjectedFile file, const std::string& hashed) {
  std::string base(flink::base_name(file.uri));
  if (file.segment) base += base::concat("-", file.start, "-", file.size);
  file.natural_name = natural_name(base, hashed);
  file.name = names_.take(file.natural_name, hashed);
  files_.push_back(std::move(file));
  return static_cast<uint32_t>(files_.size() - 1);
}

uint32_t Collector::add(ProjectedFile file) {
  Identity id{Kind::kSegment, file.location ? file.location->root_id : 0,
              file.location ? file.location->path : file.uri, file.start, file.size};
  if (file.segment) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second;
    const std::string hashed = base::concat(file.uri, "#", file.start, "-", file.size);
    return known_[std::move(id)] = append(std::move(file), hashed);
  }
  id.start = 0;
  Identity any = id;
  any.kind = Kind::kAnyWhole;
  any.size = 0;
  id.kind = Kind::kWhole;
  const auto first = known_.find(any);
  if (first == known_.end()) {
    const bool exact = file.size_is_exact;
    const std::string hashed = file.uri;
    const uint32_t index = append(std::move(file), hashed);
    known_[std::move(any)] = index;
    if (exact) known_[std::move(id)] = index;
    return index;
  }
  if (!file.size_is_exact) return first->second;
  const auto same_size = known_.find(id);
  if (same_size != known_.end()) return same_size->second;
  ProjectedFile& whole = files_[first->second];
  if (!whole.size_is_exact) {
    whole.size_is_exact = true;
    whole.size = file.size;
    return known_[std::move(id)] = first->second;
  }
  // The metadata contradicts itself about the size: at most one of them can be right.
  const std::string hashed = base::concat(file.uri, "#", file.size);
  return known_[std::move(id)] = append(std::move(file), hashed);
}

}  // namespace

std::vector<std::string> SnapshotFiles::names() const {
  std::vector<std::string> result;
  result.reserve(file_of_handle.size());
  for (const uint32_t file : file_of_handle) result.push_back(files[file].name);
  return result;
}

SnapshotFiles project_files(const flink::Metadata& metadata, const Location& snapshot_directory,
                            const Resolver& resolver) {
  SnapshotFiles result;
  result.file_of_handle.reserve(metadata.files.size());
  Collector collector;
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    const flink::FileHandle& handle = metadata.files[i];
    ProjectedFile file;
    resolve(handle, snapshot_directory, resolver, &file);
    file.segment = handle.tag == flink::StreamTag::kSegment;
    file.size_is_exact = handle.size_is_exact();
    file.start = file.segment ? handle.start : 0;
    file.size = handle.size;
    file.first_handle = static_cast<uint32_t>(i);
    result.file_of_handle.push_back(collector.add(std::move(file)));
  }
  result.files = collector.take();
  return result;
}

}  // namespace checkpointfs::index
