// SPDX-License-Identifier: Apache-2.0
// The storage that a removal looks at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "removal/model/identity.h"
#include "storage/types.h"

namespace checkpointfs::removal {

// The directories to look at, and how.
struct Storage {
  std::vector<storage::Root> roots;  // sources, and the directories of mappings
  std::vector<storage::Mapping> mappings;
  // Directories, and links, that are not looked at: absolute, and normalised. Nothing that lies there goes.
  std::vector<std::string> excluded = {};
  // Symbolic links are followed to directories beneath a source, or beneath the directory of a mapping.
  bool follow_links = false;
  // Jobs that had snapshots once, as the index knows them: their sources need not be among the roots.
  std::vector<Place> remembered = {};
  // Absolute paths that are not missed, with all that is below them, whatever is known of them.
  std::vector<std::string> forgotten = {};

  std::vector<std::string> sources() const;
  // Returns true if an absolute path is one of `excluded`, or lies below one.
  bool excludes(std::string_view path) const;
  // The paths of `excluded` that lie below a root, relative to it.
  std::vector<std::string> excluded_below(const std::string& root) const;
};

bool is_excluded(const std::vector<std::string>& excluded, std::string_view path);

}  // namespace checkpointfs::removal
