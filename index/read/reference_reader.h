// SPDX-License-Identifier: Apache-2.0
// ReferenceReader: the snapshots that need a file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::index {

class Connection;

// A snapshot that needs a state file.
struct Reference {
  Snapshot snapshot;
  std::string name;  // the projected name of the file, or of the segment, in the snapshot
  FileLocation file;
};

// A file of the projection and the snapshots that refer to it.
struct FileUse {
  int64_t file_id = 0;
  uint64_t length = 0;  // as projected, bytes
  int64_t root_id = 0;  // 0: not resolved
  std::string path;     // of the state file beneath the root
  std::string uri;
  std::vector<int64_t> snapshots;  // ids, ascending, each once; never empty
};

// See Reader for threads, consistency and errors. `db` must outlive the reader.
class ReferenceReader {
 public:
  explicit ReferenceReader(Connection& db) : db_(db) {}

  // Every snapshot that refers to a state file or to a segment of it, by path and name. The state file is
  // given by its row; by its location beneath a root; or by anything a user may type: a URI, or a bare file
  // name, which several state files may match.
  std::vector<Reference> to(int64_t state_file_id);
  std::vector<Reference> to(const std::string& root_path, const std::string& path);
  std::vector<Reference> by_uri(std::string_view uri);
  std::vector<Reference> by_name(std::string_view file_name);

  // Ids of snapshots that refer to the file, ascending, 64 of them at most.
  std::vector<int64_t> snapshots_of(int64_t file_id);

  // Every file that a snapshot refers to. Rows are streamed, not collected.
  void uses(const std::function<void(const FileUse&)>& take);
  // Is true if a snapshot names a file at the URI `prefix` or below. REQUIRES: `prefix` is canonical.
  bool names_below(std::string_view prefix);
  // Bytes that lie in no needed segment, of the files of which snapshots need segments only. Reads all files.
  uint64_t wasted_bytes();

 private:
  Connection& db_;
};

}  // namespace checkpointfs::index
