// SPDX-License-Identifier: Apache-2.0
// Mappings that nobody gave: storage that was moved, or mounted under another name, still holds
// `<job>/shared/<uuid>`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/resolver.h"
#include "storage/root_directories.h"

namespace checkpointfs::storage {

// A file that is not where its URI leads, if it leads anywhere.
struct LostFile {
  std::string uri;  // canonical
  bool segment = false;
  bool size_is_exact = false;
  int64_t start = 0;
  int64_t size = 0;
};

// One per scan: it remembers what it sought in vain.
class MappingInference {
 public:
  // REQUIRES: `directories` outlives it.
  explicit MappingInference(const ScanRoots& directories) : directories_(directories) {}

  // The mapping by which `file`, of the snapshot at `snapshot`, is found in a source: of the end of its URI
  // (the directory's name and the base name at least) that exists, as a regular file of its size, below the
  // snapshot's directory, one that leads to it, or any source, the longest; of equal ones the nearest to the
  // snapshot. In addition to `mappings`, of which `resolver` is made, it leads to that file.
  // It holds for the snapshots below the directory where the file was found, or, if for those another mapping
  // says otherwise, for those of the same job only.
  // Ends of more than 40 components, and more than 40 directories above the snapshot, are not tried.
  // Nothing if there is none, or too many other files of the same directory of URIs have been sought in vain.
  std::optional<Mapping> find(const Location& snapshot, const LostFile& file, const Resolver& resolver,
                              const std::vector<Mapping>& mappings);

  // The number of times that it looked for a file.
  uint64_t looked() const { return looked_; }

 private:
  struct Candidate {
    Mapping mapping;  // its scope as wide as can be
    Location place;   // of the file
    Location anchor;  // that the mapping leads to
  };
  bool give_up(const Location& snapshot, const LostFile& file);
  bool is_there(const Location& place, const LostFile& file);
  bool replaces_another(const Candidate& candidate, const Location& snapshot, const Resolver& resolver) const;
  std::optional<Mapping> accepted(const Candidate& candidate, const Location& snapshot, const LostFile& file,
                                  const Resolver& resolver, const std::vector<Mapping>& mappings) const;

  const ScanRoots& directories_;
  // Files sought in vain, by the directory of the URI and that of the job; how many there are for each
  // snapshot and each job.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> failed_;
  std::map<std::pair<std::string, std::string>, uint64_t> failures_of_snapshot_;
  std::map<std::string, uint64_t> failures_of_job_;
  uint64_t looked_ = 0;
};

}  // namespace checkpointfs::storage
