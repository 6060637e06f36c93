// SPDX-License-Identifier: Apache-2.0
// IndexDump: whole tables of the index, by page or by stream.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::index {

class Connection;

// A directory of the projection.
struct DirectoryRow {
  int64_t id = 0;
  int64_t parent = 0;  // 0: the root
  std::string name;
  Attributes attributes;
  int64_t changed = 0;  // a snapshot: the scan that last changed it; 0: none
};

// A state file as it was when it was indexed.
struct IndexedFile {
  int64_t id = 0;
  int64_t root_id = 0;
  std::string path;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
};

// The URI, the inode and the location of a state file: equal ones tell that two names mean one file.
struct FileIdentity {
  int64_t id = 0;
  std::string uri;      // canonical
  uint64_t device = 0;  // with `inode`, 0 where the file is not there
  uint64_t inode = 0;
  int64_t root_id = 0;  // 0: not resolved
  std::string path;     // beneath the root
};

// See Reader for threads, consistency and errors. `db` must outlive the dump.
class IndexDump {
 public:
  explicit IndexDump(Connection& db) : db_(db) {}

  // A page of a table, after the row `after` (0: from the start), in the order of the rows. Empty at the end.
  std::vector<Snapshot> snapshots_after(int64_t after);
  struct FileRow {
    int64_t id = 0;
    std::string name;
    FileLocation location;
  };
  std::vector<FileRow> files_after(int64_t after);
  struct ReferenceRow {
    int64_t snapshot = 0;  // row of its directory
    int64_t ordinal = 0;
    int64_t file = 0;  // row
    std::string name;
  };
  std::vector<ReferenceRow> references_after(int64_t snapshot, int64_t ordinal);

  // All directories of the projection, by id.
  void directories(const std::function<void(DirectoryRow)>& take);
  // Every state file that is kOk, by location.
  void state_files(const std::function<void(IndexedFile)>& take);
  // Every state file that a snapshot names, whatever its status, by id.
  void identities(const std::function<void(const FileIdentity&)>& take);

  // Files, or segments, that are the same bytes of one inode under several names: the row of each, with the
  // row of the first. Leaves out files whose inode is unknown, and those that differ in size or time, because
  // some file systems make inode numbers up.
  std::unordered_map<int64_t, int64_t> hard_links();
  // Bytes of state inside the metadata, by snapshot; snapshots without any are left out.
  std::unordered_map<int64_t, uint64_t> inline_bytes();

 private:
  Connection& db_;
};

}  // namespace checkpointfs::index
