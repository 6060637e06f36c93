// SPDX-License-Identifier: Apache-2.0
// Writing the tables `state_files` and `files`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "index/recent.h"
#include "index/sqlite.h"
#include "index/state_file.h"

namespace checkpointfs::index {

// A row of state_files, as far as it matters to the references.
struct StateFileRow {
  int64_t id = 0;
  FileStatus status = FileStatus::kMissing;
  int64_t size = 0;
};

struct FileRow {
  int64_t id = 0;
  FileStatus status = FileStatus::kMissing;
  std::string name;
};

class FileRows {
 public:
  // REQUIRES: `db` outlives it, and nobody else changes these tables meanwhile.
  explicit FileRows(Connection& db) : db_(db) {}

  // The rows that the snapshot before needed are kept at hand for the one that now begins.
  void next_snapshot();

  // `root_id` 0: not resolved, `path` is the URI.
  std::optional<StateFileRow> find(int64_t root_id, const std::string& path);
  StateFileRow insert(int64_t root_id, const std::string& path, const std::string& uri,
                      const StateFileFacts& facts);
  // Also gives its `files` their status.
  void update(int64_t id, const StateFileFacts& facts);

  // The whole file (start 0) with a length, or a segment; made, without links, if it is not there. A new row
  // has `name`, or none if too many rows have it: a hostile metadata file must not make the look-up of a name
  // slow.
  FileRow file(const StateFileRow& state_file, bool segment, int64_t start, int64_t length,
               const std::string& name);

  // One snapshot more, or fewer, refers to a file. Written by flush(), as most changes cancel out.
  void link(int64_t file_id) { ++links_[file_id]; }
  void unlink(int64_t file_id) { --links_[file_id]; }
  // REQUIRES: called before the transaction is committed.
  void flush();

  // Removes what no snapshot refers to.
  void remove_unreferenced();

 private:
  using Place = std::pair<int64_t, std::string>;
  struct PlaceHash {
    size_t operator()(const Place& place) const {
      return std::hash<std::string>()(place.second) + static_cast<size_t>(place.first);
    }
  };
  struct FileKey {
    int64_t state_file_id = 0;
    bool segment = false;
    int64_t start = 0;
    int64_t length = 0;
    friend bool operator==(const FileKey&, const FileKey&) = default;
  };
  struct FileKeyHash {
    size_t operator()(const FileKey& key) const {
      size_t hash = key.segment;
      for (const int64_t part : {key.state_file_id, key.start, key.length}) {
        hash = hash * 0x9e3779b97f4a7c15 + static_cast<size_t>(part);
      }
      return hash;
    }
  };
  bool is_crowded(const std::string& name);

  static constexpr size_t kRecent = 20'000;  // a few MB of each

  Connection& db_;
  std::unordered_map<int64_t, int64_t> links_;  // differences
  Recent<Place, StateFileRow, PlaceHash> state_files_{kRecent};
  Recent<FileKey, FileRow, FileKeyHash> files_{kRecent};
};

}  // namespace checkpointfs::index
