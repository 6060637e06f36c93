// SPDX-License-Identifier: Apache-2.0
// Sources, mappings and the states of files, as plain values.
//
// src/storage knows checkpoint storage as it lies on disk; it knows no SQLite and no FUSE. In the order in
// which one reads it: walk.h finds the snapshots of a source and watcher.h their changes; metadata_file.h
// reads a
// `_metadata`; snapshot_files.h and projected_name.h make the projected files of it; resolver.h leads the URI
// of a handle to a file beneath a root, and mapping_inference.h, beside.h and relocated_files.h find files
// whose URIs lead nowhere; state_file.h and access.h look at the file itself; runs.h orders the checkpoints
// of a job. control_directory.h and disk_operations.h are all that changes a disk. Everything is opened
// beneath the descriptor of a root (root_directories.h), never by an absolute path.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::storage {

// The state of a state file or of one reference to it; everything but kOk fails with EIO on opening.
enum class FileStatus : uint8_t {
  kOk = 0,
  kMissing = 1,     // no such file
  kWrongSize = 2,   // shorter or longer than the metadata records
  kUnmapped = 3,    // no mapping leads from the URI to a directory
  kOutside = 4,     // it lies beside the sources, leaves its source, or goes through a symbolic link
  kNotRegular = 5,  // a directory, FIFO, device, ...
  kUnreadable = 6,  // any other error, such as an I/O error
  kDenied = 7,      // this user may not look at it
};

std::string_view to_string(FileStatus status);  // "ok", "missing", "wrong size", "unmapped", ...

// A directory that files may be opened beneath: a source, or a directory that a mapping names.
struct Root {
  int64_t id = 0;
  std::string path;  // absolute, without symbolic links
  bool is_source = false;
};

// A path beneath a source, or beneath the directory of a mapping.
struct Place {
  std::string root;  // absolute, real
  std::string path;  // relative to the root, normalised; "" for the root itself
  friend auto operator<=>(const Place&, const Place&) = default;
};

std::string absolute(const Place& place);

struct Mapping {
  std::string uri_prefix;  // canonical, see flink/uri.h
  std::string directory;   // absolute
  bool inferred = false;   // found by the scan; else given by the user
  // Inferred ones hold for the snapshots beneath this directory only, so that two copies of one storage, side
  // by side in a source, each find their own files. Absolute; empty: for all.
  std::string scope = {};
  friend bool operator==(const Mapping&, const Mapping&) = default;
};

}  // namespace checkpointfs::storage
