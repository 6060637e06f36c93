// SPDX-License-Identifier: Apache-2.0
// Files that a snapshot names relative to its own directory, and that are not there. Flink writes such
// checkpoints after a restore (FLINK-39964): the file lies, under the same name, in the snapshot that was
// restored.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/resolver.h"
#include "storage/root_directories.h"

namespace checkpointfs::storage {

struct LostName {
  std::string name;  // base name
  int64_t size = 0;  // recorded
  friend auto operator<=>(const LostName&, const LostName&) = default;
};

// One per scan.
class RelocatedFiles {
 public:
  // REQUIRES: `directories` outlives it, and was made of `roots`.
  RelocatedFiles(const ScanRoots& directories, std::vector<Root> roots)
      : directories_(directories), roots_(std::move(roots)) {}

  // Is true if the name is one that Flink makes (a UUID), so that one file of that name and size is the file.
  static bool is_unmistakable(std::string_view name);

  // Adds a name for the next search().
  void seek(LostName lost) { places_.try_emplace(std::move(lost)); }
  // Lists the sources, all directories of them, for everything that was sought since the search before; that
  // takes as long as there are files. Directories that cannot be listed are passed over.
  void search();
  // The place of the file, if search() found exactly one: two names of one file are one, two files with equal
  // names and sizes are none. While a root is silent nobody knows of a second one, and so none is found.
  std::optional<Location> found(const LostName& lost) const;

 private:
  struct Place {
    Location location;
    std::pair<uint64_t, uint64_t> identity;  // device, inode
    bool several = false;                    // files of that name and size
  };
  using Names = std::set<std::string>;
  void enter(const Root& root, const std::set<std::string>& not_entered, const std::string& path,
             const std::shared_ptr<const Names>& sought);
  void note(const Root& root, const std::string& path, const std::string& name, const struct stat& st);

  const ScanRoots& directories_;
  const std::vector<Root> roots_;
  std::map<LostName, std::optional<Place>> places_;
};

}  // namespace checkpointfs::storage
