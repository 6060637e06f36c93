// SPDX-License-Identifier: Apache-2.0
// Writes the files that a survey finds into its SeenFiles.
//
// Snapshots share most files with those before them. A file is kept in memory while snapshots name it, and
// written once with the snapshots that did. When all snapshots are read, the files are sorted, looked at in
// this order, and written into the table that answers questions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/generation_cache.h"
#include "index/database/rooted_path.h"
#include "removal/model/needs.h"
#include "removal/model/seen_files.h"
#include "removal/survey/read_snapshot.h"
#include "storage/state_file.h"

namespace checkpointfs::removal {

class FileRecorder {
 public:
  // REQUIRES: `files` outlives it.
  explicit FileRecorder(const SeenFiles& files) : files_(files), db_(files.database()) {}

  // Snapshots come one after another, in the order of their numbers: the files that one names, and its end.
  // `place`: of the file, with the number of its root in `files`.
  void add(uint32_t snapshot, const index::RootedPathView& place, const NamedFile& named);
  void end_snapshot(uint32_t snapshot);

  // The outcome of looking at a file that snapshots name.
  struct Look {
    Place place;
    storage::StateFileFacts facts;
  };
  // Looks at all files, directory by directory, each once. `look` returns the facts of each of many files;
  // `take` gets each result, and the snapshots for which the file is not as they recorded it. REQUIRES: all
  // snapshots have ended; it is called once.
  using LookAt = std::function<std::vector<storage::StateFileFacts>(const std::vector<Place>&)>;
  void look_at_all(const LookAt& look,
                   const std::function<void(const Look&, const std::vector<uint32_t>&)>& take);

 private:
  // A file, from the first snapshot on that names it.
  struct Known {
    int64_t number = 0;
    int64_t directory = 0;
    std::string uri;  // "": that of the directory, and the name
    bool whole = false;
    int64_t size = -1;  // as of the table
    int64_t segments_end = 0;
    Needs needs;
  };
  struct Directory {
    int64_t id = 0;
    int64_t root = 0;
    std::string path;
    std::string uri;
  };
  struct Unseen;  // a file that is to be looked at

  Known make(const index::RootedPathView& place, const std::string& uri);
  const Directory& directory(int64_t root, std::string_view path, std::string_view uri);
  void note(uint32_t snapshot, const NamedFile& named, Known* known);
  void write(std::string_view path, Known* known);
  Unseen unseen(const index::Statement& row);
  // Takes what was written of a file later.
  void join(Unseen later, Unseen* file);
  void insert(const Unseen& file, const storage::StateFileFacts& facts);

  static constexpr size_t kRecent = 20'000;
  static constexpr size_t kMostRecent = 400'000;  // 130 MB

  const SeenFiles& files_;
  index::Connection& db_;
  int64_t last_ = 0;  // number of a file
  base::GenerationCache<index::RootedPath, Known, index::RootedPathHash, index::RootedPathEqual> known_{
      kRecent, kMostRecent};
  Directory directory_;               // the last one
  std::vector<int64_t> of_snapshot_;  // that has not ended
};

}  // namespace checkpointfs::removal
