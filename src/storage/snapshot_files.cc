// SPDX-License-Identifier: Apache-2.0
#include "storage/snapshot_files.h"

#include <array>
#include <functional>
#include <utility>

#include "base/ordinal_set.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/modified_utf8.h"
#include "flink/uri.h"
#include "storage/projected_name.h"

namespace checkpointfs::storage {
namespace {

size_t combined(size_t hash, uint64_t part) {
  return hash * 0x9e3779b97f4a7c15 + static_cast<size_t>(part);
}

// Fills in what the handle's path says, but for the hash.
void find_place(const flink::FileHandle& handle, const Location& directory, const Resolver& resolver,
                FilePlace* place) {
  const auto path = base::utf8_from_modified(handle.path);
  if (handle.tag == flink::StreamTag::kRelative) {
    place->relative = true;
    const auto resolved = path ? flink::resolve_relative(directory.path, *path) : std::nullopt;
    if (resolved) {
      place->location = Location{directory.root_id, *resolved};
      place->uri = flink::to_string({"file", "", resolver.absolute(*place->location)});
    } else {
      // This URI is not normalised, and so never equal to the URI of anything else.
      place->uri = base::format("file:{}/{}", resolver.absolute(directory),
                                path ? *path : base::printable(handle.path));
    }
    return;
  }
  if (!path) {
    place->uri = base::printable(handle.path);
    return;
  }
  const auto uri = flink::parse_uri(*path);
  place->uri = uri ? flink::to_string(*uri) : *path;
  if (!uri) return;
  auto match = resolver.match(*uri, directory);
  if (match) place->location = std::move(match->location);
}

void resolve(const flink::FileHandle& handle, const Location& directory, const Resolver& resolver,
             FilePlace* place) {
  find_place(handle, directory, resolver, place);
  place->hash = hash_of(place->root_id(), place->path());
}

// Each place once; handles with equal paths need not be resolved again.
class Places {
 public:
  Places(const Location& directory, const Resolver& resolver, std::deque<FilePlace>* places)
      : directory_(directory), resolver_(resolver), places_(*places) {}

  const FilePlace& of(const flink::FileHandle& handle) { return places_[number_of(handle)]; }
  uint32_t number_of(const flink::FileHandle& handle) {
    const bool relative = handle.tag == flink::StreamTag::kRelative;
    const size_t hash = combined(std::hash<std::string_view>()(handle.path), relative);
    const auto known = known_.find(hash, [&](uint32_t number) {
      return paths_[number] == handle.path && places_[number].relative == relative;
    });
    if (known) return *known;
    const auto number = static_cast<uint32_t>(places_.size());
    known_.insert(hash, number);
    paths_.push_back(handle.path);
    FilePlace& place = places_.emplace_back();
    if (relative || !find_in_last_directory(handle.path, &place)) {
      resolve(handle, directory_, resolver_, &place);
      if (!relative) keep_directory(handle.path, place);
    }
    return number;
  }

 private:
  // A directory that all plain names in it lie in, as metadata, URIs and paths have it, each with a slash.
  struct Directory {
    std::string_view written;  // empty: none
    std::string uri;
    Location location;
  };

  // Is true if a URI with this name behind a slash has it at its end, too.
  static bool is_plain(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('\\') == std::string_view::npos &&
           base::is_equal_in_modified_utf8(name);
  }

  bool find_in_last_directory(std::string_view path, FilePlace* place) const {
    const std::string_view name = base::last_component(path);
    if (last_.written.empty() || path.substr(0, path.size() - name.size()) != last_.written ||
        !is_plain(name))
      return false;
    place->uri = concatenated(last_.uri, name);
    place->location.emplace(last_.location.root_id, concatenated(last_.location.path, name));
    place->hash = hash_of(place->root_id(), place->path());
    return true;
  }

  // `place`: of `path`.
  void keep_directory(std::string_view path, const FilePlace& place) {
    last_.written = {};
    const std::string_view name = base::last_component(path);
    if (!place.location || name.size() == path.size() || !is_plain(name)) return;
    if (base::last_component(place.uri) != name || base::last_component(place.path()) != name) return;
    const auto uri = flink::parse_uri(base::parent(place.uri));
    Location location{place.root_id(), std::string(base::parent(place.path()))};
    if (!uri || !resolver_.is_alike_below(*uri, location, directory_)) return;
    last_.written = path.substr(0, path.size() - name.size());
    last_.uri = place.uri.substr(0, place.uri.size() - name.size());
    last_.location = {place.root_id(), place.path().substr(0, place.path().size() - name.size())};
  }

  static std::string concatenated(std::string_view a, std::string_view b) {
    std::string both;
    both.reserve(a.size() + b.size());
    return both.append(a).append(b);
  }

  const Location& directory_;
  const Resolver& resolver_;
  std::deque<FilePlace>& places_;
  std::deque<std::string_view> paths_;  // as they are in the metadata
  base::OrdinalSet known_;
  Directory last_;  // most handles lie in the directory of the one before
};

// Collects files, each once.
class Collector {
 public:
  // The place of a file that was collected; valid until the next call.
  using PlaceOf = std::function<const FilePlace&(const ProjectedFile& file)>;

  Collector(std::deque<ProjectedFile>* files, PlaceOf place_of)
      : files_(*files), place_of_(std::move(place_of)) {}

  // Index into the files. `place`: of the file.
  uint32_t add(const FilePlace& place, ProjectedFile file);

 private:
  // The facts that make two handles one file, besides the place: nothing, the size, or start and size.
  enum class Kind : uint8_t { kAnyWhole, kWhole, kSegment };

  static size_t hash_of(const FilePlace& place, const ProjectedFile& file, Kind kind);
  bool is_known(const ProjectedFile& known, const FilePlace& place, const ProjectedFile& file,
                Kind kind) const;
  std::optional<uint32_t> find(const FilePlace& place, const ProjectedFile& file, Kind kind) const;
  uint32_t append(const FilePlace& place, ProjectedFile file, const std::string& hashed);
  uint32_t remember(const FilePlace& place, uint32_t number, Kind kind);

  std::deque<ProjectedFile>& files_;
  PlaceOf place_of_;
  std::array<base::OrdinalSet, 3> known_;  // by kind
  base::OrdinalSet names_;
};

size_t Collector::hash_of(const FilePlace& place, const ProjectedFile& file, Kind kind) {
  size_t hash = place.hash;
  if (kind != Kind::kAnyWhole) hash = combined(hash, static_cast<uint64_t>(file.size));
  if (kind == Kind::kSegment) hash = combined(hash, static_cast<uint64_t>(file.start));
  return hash;
}

bool Collector::is_known(const ProjectedFile& known, const FilePlace& place, const ProjectedFile& file,
                         Kind kind) const {
  if (kind != Kind::kAnyWhole && known.size != file.size) return false;
  if (kind == Kind::kSegment && known.start != file.start) return false;
  return is_same_place(place_of_(known), place);
}

std::optional<uint32_t> Collector::find(const FilePlace& place, const ProjectedFile& file, Kind kind) const {
  return known_[static_cast<size_t>(kind)].find(hash_of(place, file, kind), [&](uint32_t number) {
    return is_known(files_[number], place, file, kind);
  });
}

uint32_t Collector::remember(const FilePlace& place, uint32_t number, Kind kind) {
  known_[static_cast<size_t>(kind)].insert(hash_of(place, files_[number], kind), number);
  return number;
}

uint32_t Collector::append(const FilePlace& place, ProjectedFile file, const std::string& hashed) {
  const std::string_view base = base::last_component(place.uri);
  std::string natural = file.segment
                            ? natural_name(base::format("{}-{}-{}", base, file.start, file.size), hashed)
                            : natural_name(base, hashed);
  size_t hash = 0;  // of the name that was asked for last
  const auto is_taken = [&](const std::string& name) {
    hash = std::hash<std::string>()(name);
    return names_.find(hash, [&](uint32_t number) { return files_[number].name == name; }).has_value();
  };
  if (!is_taken(natural)) {
    file.name = std::move(natural);
  } else {
    file.name = free_name(natural, hashed, is_taken);
    file.without_suffix = std::move(natural);
  }
  const auto number = static_cast<uint32_t>(files_.size());
  names_.insert(hash, number);
  files_.push_back(std::move(file));
  return number;
}

uint32_t Collector::add(const FilePlace& place, ProjectedFile file) {
  if (file.segment) {
    if (const auto known = find(place, file, Kind::kSegment)) return *known;
    const std::string hashed = base::format("{}#{}-{}", place.uri, file.start, file.size);
    return remember(place, append(place, std::move(file), hashed), Kind::kSegment);
  }
  const auto first = find(place, file, Kind::kAnyWhole);
  if (!first) {
    const uint32_t number = remember(place, append(place, std::move(file), place.uri), Kind::kAnyWhole);
    return files_[number].size_is_exact ? remember(place, number, Kind::kWhole) : number;
  }
  if (!file.size_is_exact) return *first;
  if (const auto same_size = find(place, file, Kind::kWhole)) return *same_size;
  ProjectedFile& whole = files_[*first];
  if (!whole.size_is_exact) {
    whole.size_is_exact = true;
    whole.size = file.size;
    return remember(place, *first, Kind::kWhole);
  }
  // The metadata contradicts itself about the size: at most one of them can be right.
  const std::string hashed = base::format("{}#{}", place.uri, file.size);
  return remember(place, append(place, std::move(file), hashed), Kind::kWhole);
}

ProjectedFile file_of(const flink::Metadata& metadata, size_t number) {
  const flink::FileHandle& handle = metadata.files[number];
  ProjectedFile file;
  file.segment = handle.tag == flink::StreamTag::kSegment;
  file.size_is_exact = handle.size_is_exact();
  file.first_handle = static_cast<uint32_t>(number);
  file.start = file.segment ? handle.start : 0;
  file.size = handle.size;
  return file;
}

}  // namespace

std::vector<std::string> SnapshotFiles::names() const& {
  std::vector<std::string> result;
  result.reserve(file_of_handle.size());
  for (const uint32_t file : file_of_handle) result.push_back(files[file].name);
  return result;
}

std::vector<std::string> SnapshotFiles::names() && {
  std::vector<std::string> result(file_of_handle.size());
  // Goes from the end: the first handle of a file gets the name itself, later ones get copies.
  for (size_t i = result.size(); i-- > 0;) {
    ProjectedFile& file = files[file_of_handle[i]];
    result[i] = file.first_handle == i ? std::move(file.name) : file.name;
  }
  return result;
}

SnapshotFiles project_files(const flink::Metadata& metadata, const Location& snapshot_directory,
                            const Resolver& resolver) {
  SnapshotFiles result;
  result.file_of_handle.reserve(metadata.files.size());
  Places places(snapshot_directory, resolver, &result.places);
  Collector collector(&result.files,
                      [](const ProjectedFile& file) -> const FilePlace& { return *file.place; });
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    ProjectedFile file = file_of(metadata, i);
    file.place = &places.of(metadata.files[i]);
    result.file_of_handle.push_back(collector.add(*file.place, file));
  }
  return result;
}

HandlePlaces places_of(const flink::Metadata& metadata, const Location& snapshot_directory,
                       const Resolver& resolver) {
  HandlePlaces result;
  result.of_handle.reserve(metadata.files.size());
  Places places(snapshot_directory, resolver, &result.places);
  for (const flink::FileHandle& handle : metadata.files) result.of_handle.push_back(places.number_of(handle));
  return result;
}

std::vector<std::string> projected_names(const flink::Metadata& metadata, const Location& snapshot_directory,
                                         const Resolver& resolver) {
  SnapshotFiles result;
  result.file_of_handle.reserve(metadata.files.size());
  FilePlace known;
  Collector collector(&result.files, [&](const ProjectedFile& file) -> const FilePlace& {
    return known = place_of(metadata.files[file.first_handle], snapshot_directory, resolver);
  });
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    const FilePlace place = place_of(metadata.files[i], snapshot_directory, resolver);
    result.file_of_handle.push_back(collector.add(place, file_of(metadata, i)));
  }
  return std::move(result).names();
}

FilePlace place_of(const flink::FileHandle& handle, const Location& snapshot_directory,
                   const Resolver& resolver) {
  FilePlace place;
  resolve(handle, snapshot_directory, resolver, &place);
  return place;
}

}  // namespace checkpointfs::storage
