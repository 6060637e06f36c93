// SPDX-License-Identifier: Apache-2.0
// The files that a snapshot's projection shows, and their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "storage/resolver.h"

namespace checkpointfs::storage {

// The place that a handle's path leads to. Many handles may share one: those that name the same path.
struct FilePlace {
  std::optional<Location> location;  // nothing: unmapped, or a relative name that leaves the source
  std::string uri;        // canonical; a relative handle's is that of its place in the source ("file:...")
  bool relative = false;  // named by a RELATIVE handle
  size_t hash = 0;        // hash_of() its root and path

  // The columns of the table of state files: 0 and the URI if the path is not resolved.
  int64_t root_id() const { return location ? location->root_id : 0; }
  const std::string& path() const { return location ? location->path : uri; }
};

// Two spellings of one place have one location; what is not resolved is its URI.
inline bool is_same_place(const FilePlace& a, const FilePlace& b) {
  return &a == &b || (a.hash == b.hash && a.root_id() == b.root_id() && a.path() == b.path());
}

// One file of a projected snapshot: a state file, or a segment of one.
struct ProjectedFile {
  const FilePlace* place = nullptr;  // of SnapshotFiles::places
  bool segment = false;
  bool size_is_exact = true;
  uint32_t first_handle = 0;   // index into Metadata::files
  int64_t start = 0;           // of the segment
  int64_t size = 0;            // recorded; -1 unknown
  std::string name;            // the projected name: the natural one, or with a suffix "-<8 hex digits>"
  std::string without_suffix;  // the natural name if it is not `name`

  // The base name; of a segment "<base name>-<start>-<size>".
  const std::string& natural_name() const { return without_suffix.empty() ? name : without_suffix; }
};

// There may be millions: deques grow without being copied, and their elements stay where they are.
struct SnapshotFiles {
  SnapshotFiles() = default;
  SnapshotFiles(SnapshotFiles&&) = default;
  SnapshotFiles& operator=(SnapshotFiles&&) = default;

  std::deque<FilePlace> places;
  std::deque<ProjectedFile> files;       // in metadata order, each file or segment once
  std::vector<uint32_t> file_of_handle;  // for each of Metadata::files: index into `files`

  // names[i]: projected name for metadata.files[i], as flink::rewrite wants them.
  std::vector<std::string> names() const&;
  std::vector<std::string> names() &&;
};

// A pure function of its arguments: the same at indexing and at each reading of the virtual `_metadata`.
// Two handles are one file if they resolve to one location (unresolved: one URI), start and size being equal
// for segments, and, for whole files, recorded sizes being equal where they are exact. Two files with one
// base name: the later in metadata order gets a suffix made from a hash of its URI. Names that no projection
// can hold ("", ".", "..", "_metadata", ".checkpointfs", longer than 255 bytes, with '/', NUL, ':' or a back
// slash) are replaced by "file-<16 hex digits>", hashed from the URI too. `snapshot_directory`: where the
// snapshot lies, for its relative handles.
SnapshotFiles project_files(const flink::Metadata& metadata, const Location& snapshot_directory,
                            const Resolver& resolver);

// The same as project_files().names(). Keeps no places, and so takes a third of the memory.
std::vector<std::string> projected_names(const flink::Metadata& metadata, const Location& snapshot_directory,
                                         const Resolver& resolver);

// The places that the paths of all handles lead to, without names: a third of the work of project_files().
struct HandlePlaces {
  std::deque<FilePlace> places;
  std::vector<uint32_t> of_handle;  // for each of Metadata::files: index into `places`
};
HandlePlaces places_of(const flink::Metadata& metadata, const Location& snapshot_directory,
                       const Resolver& resolver);

// The place that the handle's path leads to.
FilePlace place_of(const flink::FileHandle& handle, const Location& snapshot_directory,
                   const Resolver& resolver);

}  // namespace checkpointfs::storage
