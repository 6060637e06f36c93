// SPDX-License-Identifier: Apache-2.0
// FileRows: writes the tables `state_directories`, `state_files` and `files`, and the sums over them in
// `totals`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/generation_cache.h"
#include "index/database/rooted_path.h"
#include "index/database/sqlite.h"
#include "index/rows/new_names.h"
#include "storage/snapshot_files.h"
#include "storage/state_file.h"

namespace checkpointfs::index {

// A row of state_files, as far as it matters to the references.
struct StateFileRow {
  struct PlainFile {
    int64_t length = 0;
    storage::FileStatus status = storage::FileStatus::kMissing;
  };

  int64_t id = 0;
  storage::FileStatus status = storage::FileStatus::kMissing;
  int64_t size = 0;
  bool has_base_name = false;           // its name is the last component of its path
  bool is_new = false;                  // no file can be there of it yet
  std::optional<PlainFile> plain = {};  // if that is known to be there
};

struct FileRow {
  int64_t id = 0;
  storage::FileStatus status = storage::FileStatus::kMissing;
  std::optional<std::string> name;  // nothing: the last component of the state file's path
};

class FileRows {
 public:
  // A first scan that has written so many names makes the indexes before its next snapshot. REQUIRES: `db`
  // outlives it, and nobody else changes these tables meanwhile.
  explicit FileRows(Connection& db, size_t most_new_names = NewNames::kMost);

  // The rows that the snapshot before needed are kept at hand for the one that now begins.
  void next_snapshot();

  std::optional<StateFileRow> find(const storage::FilePlace& place);
  StateFileRow insert(const storage::FilePlace& place, const storage::StateFileFacts& facts);
  // Updates the row, and the status of its `files`. Returns the id that the state file now has: if it
  // is_another(), it and its `files` get new ones, so that nobody who has the old one open gets bytes of
  // both.
  int64_t update(int64_t id, const storage::StateFileFacts& facts);

  // The whole file (start 0) with a length, or a segment; made, without links, if it is not there. A new row
  // has `name`, or none ("") if too many rows have it: a hostile metadata file must not make the look-up of a
  // name slow. `base_name`: of the state file's path. `place`: where find() finds the state file.
  FileRow file(const storage::FilePlace& place, const StateFileRow& state_file, bool segment, int64_t start,
               int64_t length, std::string_view name, std::string_view base_name);

  // One snapshot more, or fewer, refers to a file. Written by flush(), as most changes cancel out.
  void link(int64_t file_id) { ++links_[file_id]; }
  void unlink(int64_t file_id) { --links_[file_id]; }
  // REQUIRES: called before the transaction is committed.
  void flush();
  // Is true if so many files wait for flush() that this should come soon.
  bool are_many_waiting() const { return links_.size() >= kRecent / 2; }

  // The database lacks the indexes (index_file.h): nobody reads it yet.
  bool has_no_readers() const { return new_names_.has_value(); }
  // Makes the indexes of a database that lacks them. REQUIRES: a transaction.
  void make_indexes();

  // Removes what no snapshot refers to: what was made so since this was constructed, or `all`.
  void remove_unreferenced(bool all);

 private:
  struct Directory {
    int64_t id;
    std::string uri;
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
  // A plain file. `reason`: of a row that is not written yet.
  struct Plain {
    int64_t length = 0;
    storage::FileStatus status = storage::FileStatus::kMissing;
    std::string reason;
  };
  // The directories of one path: nearly always there is one URI for it.
  std::vector<Directory>& directories(int64_t root_id, std::string_view path);
  int64_t ensure_directory(int64_t root_id, std::string_view path, std::string_view uri);
  std::optional<StateFileRow> find_row(std::string_view name, int64_t directory_id);
  bool is_crowded(std::string_view name);
  std::optional<Plain> find_plain(int64_t state_file_id);
  std::optional<FileRow> find_file(const FileKey& key, bool* plain_is_there);
  FileRow insert_file(const FileKey& key, const StateFileRow& state_file, bool plain, std::string_view name);
  void flush_directories();
  void remove_state_file(int64_t id);
  bool is_another_now(int64_t id, const storage::StateFileFacts& facts);
  int64_t renumber(int64_t id);
  void renumber_file(int64_t id, int64_t now);

  static constexpr size_t kRecent = 20'000;  // a few MB of each

  Connection& db_;
  int64_t last_id_;                                    // of files and state files
  std::unordered_map<int64_t, int64_t> links_;         // differences
  std::unordered_map<int64_t, int64_t> in_directory_;  // differences of their numbers of files
  std::vector<int64_t> made_;                          // since the last flush
  std::unordered_map<int64_t, Plain> unwritten_;       // plain ones of those, written with their links
  std::vector<int64_t> unreferenced_;                  // files that were, at the end of a transaction
  std::unordered_map<RootedPath, std::vector<Directory>, RootedPathHash, RootedPathEqual> directories_;
  std::optional<NewNames> new_names_;  // if the index by name is not made
  base::GenerationCache<RootedPath, StateFileRow, RootedPathHash, RootedPathEqual> state_files_{kRecent};
  base::GenerationCache<FileKey, FileRow, FileKeyHash> files_{kRecent};
};

}  // namespace checkpointfs::index
