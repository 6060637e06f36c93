// SPDX-License-Identifier: Apache-2.0
// Writes the files that a survey finds into its SeenFiles.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/generation_cache.h"
#include "index/database/rooted_path.h"
#include "removal/model/seen_files.h"
#include "removal/survey/read_snapshot.h"
#include "storage/state_file.h"

namespace checkpointfs::removal {

class FileRecorder {
 public:
  // REQUIRES: `files` outlives it.
  explicit FileRecorder(const SeenFiles& files) : files_(files), db_(files.database()) {}

  // Snapshots come one after another, in the order of their numbers: the files that one names, and its end.
  void add(uint32_t snapshot, const Place& place, const NamedFile& named);
  void end_snapshot(uint32_t snapshot);

  // The outcome of looking at a file that snapshots name.
  struct Look {
    Place place;
    storage::StateFileFacts facts;
  };
  // Looks at all files, many at once, in the order in which they were named. `look` is called by several
  // threads; `take` gets each result, and the snapshots for which the file is not as they recorded it.
  void look_at_all(const std::function<storage::StateFileFacts(const Place&)>& look,
                   const std::function<void(const Look&, const std::vector<uint32_t>&)>& take);

 private:
  struct Known {
    int64_t number = 0;
    bool whole = false;
    int64_t size = -1;  // as of the table
    int64_t segments_end = 0;
    friend bool operator==(const Known&, const Known&) = default;
  };
  struct Unseen;  // a file that is to be looked at

  Known known(int64_t root, std::string_view path, const std::string& uri);
  Known insert(int64_t root, std::string_view path, const std::string& uri);
  int64_t directory(int64_t root, std::string_view path, std::string_view uri);
  // The size that the snapshot records, if the file has another one on record; -1 otherwise.
  int64_t note_size(const NamedFile& named, Known* known);
  std::vector<Unseen> files_after(int64_t number);
  void insert_facts(int64_t number, const storage::StateFileFacts& facts);
  std::vector<uint32_t> broken_by(const Unseen& file, const storage::StateFileFacts& facts);

  static constexpr size_t kRecent = 20'000;  // a few MB

  const SeenFiles& files_;
  index::Connection& db_;
  int64_t last_ = 0;  // number of a file
  base::GenerationCache<index::RootedPath, Known, index::RootedPathHash, index::RootedPathEqual> known_{
      kRecent};
  std::vector<int64_t> of_snapshot_;  // that has not ended
};

}  // namespace checkpointfs::removal
