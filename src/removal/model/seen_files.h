// SPDX-License-Identifier: Apache-2.0
// The state files that the snapshots of a survey name, in a temporary database: they take no memory for each
// file or reference. survey/file_recorder.h writes them; questions come after that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/database/sqlite.h"
#include "removal/model/identity.h"

namespace checkpointfs::removal {

// A state file that a snapshot names.
struct SeenFile {
  int64_t number = 0;  // no other file has it
  Place place;
  std::string uri;        // canonical
  bool is_there = false;  // as a regular file
  Identity identity;
  std::vector<uint32_t> snapshots;  // numbers in Survey::snapshots, ascending; never empty
};

// A file of which snapshots need segments only: the start and the length of each.
struct SegmentedFile {
  SeenFile file;
  std::vector<std::pair<int64_t, int64_t>> segments;  // ascending
};

// Not thread-safe. Throws IndexError.
class SeenFiles {
 public:
  // `roots`: all that a place can have.
  explicit SeenFiles(std::vector<std::string> roots = {});

  std::optional<SeenFile> at(const Place& place) const;

  // Each returns the first of the files that is accepted. They come in a fixed order, one by one: of a
  // hostile number of namesakes, no more are read than that takes.
  using Accept = std::function<bool(const SeenFile&)>;
  // Files that are there, with this inode, or with this base name.
  std::optional<SeenFile> first_link(const Identity& identity, const Accept& accept) const;
  std::optional<SeenFile> first_named(std::string_view name, const Accept& accept) const;
  // Files with this base name that are not there.
  std::optional<SeenFile> first_lost(std::string_view name, const Accept& accept) const;

  // The files that one of the snapshots names, by directory and name. Reads all files.
  void each_of(const std::set<uint32_t>& snapshots, const std::function<void(const SeenFile&)>& take) const;
  void each_segmented(const std::function<void(const SegmentedFile&)>& take) const;
  // Returns true if both snapshots name the same file.
  bool share(uint32_t a, uint32_t b) const;

  // The number of a root in the database. REQUIRES: it is one of the roots.
  int64_t root_number(const std::string& root) const;
  const std::string& root(int64_t number) const { return roots_.at(static_cast<size_t>(number)); }
  index::Connection& database() const { return *database_; }

 private:
  using Numbers = std::vector<int64_t>;  // of files, ascending
  SeenFile file_of(const index::Statement& row) const;
  std::optional<SeenFile> first(index::Statement& rows, const Accept& accept) const;
  Numbers files_of(uint32_t snapshot) const;
  Numbers without_aliases(Numbers files) const;
  void make_index(const char* sql, bool* is_made) const;

  std::vector<std::string> roots_;  // ascending, so that their numbers have the order of places
  std::unique_ptr<index::Connection> database_;
  mutable bool has_index_by_name_ = false;
  mutable bool has_index_by_inode_ = false;
};

// The two parts of a path: a directory, empty or with its last slash, and a name.
std::pair<std::string_view, std::string_view> split_path(std::string_view path);

}  // namespace checkpointfs::removal
