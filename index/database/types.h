// SPDX-License-Identifier: Apache-2.0
// The values that the index holds: snapshots, nodes of the projection, locations of files, totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::index {

enum class SnapshotStatus : uint8_t {
  kOk = 0,
  kBroken = 1,      // at least one of its files is not kOk, and neither kOutside nor kDenied fits
  kIncomplete = 2,  // its `_metadata` ends too early: perhaps still being written
  kUnreadable = 3,  // its `_metadata` cannot be read, decoded or rewritten
  kHealed = 4,      // files that it had lost were found elsewhere in the sources, and all are kOk
  kOutside = 5,     // it lacks only files that lie outside the sources: a wider source would have them
  kDenied = 6,      // it lacks only files that this user may not look at, and perhaps some of kOutside
};

inline constexpr size_t kSnapshotStatuses = 7;

std::string_view to_string(SnapshotStatus status);  // "ok", "broken", "incomplete", "unreadable", ...

// The metadata can be decoded, but some of the files cannot be read.
constexpr bool lacks_files(SnapshotStatus status) {
  return status == SnapshotStatus::kBroken || status == SnapshotStatus::kOutside ||
         status == SnapshotStatus::kDenied;
}

// The metadata can be decoded and rewritten.
constexpr bool is_decodable(SnapshotStatus status) {
  return status == SnapshotStatus::kOk || status == SnapshotStatus::kHealed || lacks_files(status);
}

// A copy of the snapshot restores.
constexpr bool is_sound(SnapshotStatus status) {
  return status == SnapshotStatus::kOk || status == SnapshotStatus::kHealed;
}

// Kinds of nodes of the projection. The numbers are part of inode numbers: never change them.
enum class NodeKind : uint8_t { kDirectory = 1, kMetadata = 2, kFile = 3 };

// A node is named by its kind and an id: the directory's row, the snapshot's directory row, or the file's
// row.
struct NodeId {
  NodeKind kind = NodeKind::kDirectory;
  int64_t id = 0;
  friend bool operator==(const NodeId&, const NodeId&) = default;
};

// The root of the projection.
inline constexpr NodeId kRootNode = {NodeKind::kDirectory, 1};

// The permissions that the projection shows. Copies of state files may be hard links of each other, and
// nobody must change one through another: no write bits. The owner of a copied directory must be able to
// delete what is in it.
inline constexpr uint32_t kFileMode = 0555;
inline constexpr uint32_t kDirectoryMode = 0755;

struct Attributes {
  uint64_t size = 0;     // bytes; 0 for directories
  int64_t mtime_ns = 0;  // since the epoch
  uint32_t mode = 0;     // type and permissions; see storage/access.h
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t links = 1;  // files: number of snapshots that refer to it
};

struct Node {
  NodeId id;
  std::string name;  // empty for the root
  Attributes attributes;
};

// The location and the range of bytes of a projected file.
struct FileLocation {
  storage::Root root;      // root.id 0: none, see status
  std::string path;        // beneath root
  std::string uri;         // canonical
  uint64_t start = 0;      // first byte
  uint64_t length = 0;     // bytes that the projection shows
  uint64_t file_size = 0;  // of the whole state file when it was indexed
  int64_t file_mtime_ns = 0;
  storage::FileStatus status = storage::FileStatus::kOk;
  std::string reason;       // if not kOk: one sentence
  uint64_t references = 0;  // snapshots that refer to it
  bool segment = false;     // a range of the state file, even if that has no other bytes
};

// The part of it that is needed to open the file.
struct FileOpening {
  int64_t root_id = 0;
  std::string path;  // beneath the root
  uint64_t start = 0;
  uint64_t length = 0;
  uint64_t file_size = 0;
  int64_t file_mtime_ns = 0;
};

struct Snapshot {
  int64_t id = 0;    // of its directory
  std::string path;  // in the projection, relative; "" if the source itself is a snapshot
  storage::Root source;
  std::string source_path;  // of the directory, beneath source
  SnapshotStatus status = SnapshotStatus::kOk;
  std::string reason;          // if not kOk: one sentence
  uint64_t metadata_size = 0;  // of the original `_metadata`
  int64_t metadata_mtime_ns = 0;
  // The rest is zero where the metadata cannot be decoded.
  uint64_t owned_size = 0;    // of the rewritten `_metadata` in the forms kOwned and kShared
  uint64_t job_size = 0;      // of the rewritten `_metadata` whose files lie in `../shared`
  uint64_t file_handles = 0;  // handles that name a file
  int32_t version = 0;        // of the metadata format
  std::string kind;           // "checkpoint", "savepoint", "unknown"
  int64_t checkpoint_id = 0;
  uint64_t files = 0;  // projected files
  uint64_t bytes = 0;  // of the projected files
  uint64_t broken_files = 0;
  bool has_changelog = false;
};

// The length in bytes from which on a whole state file is a large one.
inline constexpr int64_t kLargeFile = 128 * 1024;

// The share of large files among the projected files, and among their bytes. Each file counts once.
struct SizeDistribution {
  uint64_t files = 0;  // all, segments included
  uint64_t bytes = 0;
  uint64_t large_files = 0;  // whole state files, not segments, of at least kLargeFile bytes
  uint64_t large_bytes = 0;
};

// Sums over the projected files, each once.
struct FileSums {
  uint64_t broken_files = 0;     // not kOk
  uint64_t exclusive_bytes = 0;  // of files that one snapshot refers to; modulo 2^64, as Totals.bytes
};

// Sums over the whole index.
struct Totals {
  uint64_t snapshots = 0;
  uint64_t broken_snapshots = 0;  // all that are neither kOk nor kHealed
  uint64_t files = 0;             // projected, each once
  uint64_t bytes = 0;             // of them, each once
  uint64_t projected_bytes = 0;   // each as often as it is projected
};

}  // namespace checkpointfs::index
