// SPDX-License-Identifier: Apache-2.0
// Files that no source or mapping reaches: where they lie, as far as their names tell, and what would reach
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/resolver.h"
#include "storage/types.h"

namespace checkpointfs::storage {

// A place beside the sources.
struct Beside {
  std::string path;    // of the file, absolute
  std::string source;  // the directory to look at, so that the file is found: it is there
  bool wider = false;  // `source` holds the source that there is; else it is a second one
};

// A file that no rule of the resolver leads to, but that lies beside a source, or beside the directory of a
// mapping, in the directory above it or in one further up: a job's file beside the job that is the source, or
// `checkpoints-dstl` beside `checkpoints`. Nothing if no directory is there. The names alone decide; of the
// disk, only the directories beside a source are looked at. `snapshot`: the one that needs the file.
std::optional<Beside> find_beside(std::string_view uri, const Location& snapshot,
                                  const std::vector<Root>& roots, const std::vector<Mapping>& mappings);

// The URI of the storage that a state file's URI lies in, as far as its names tell: the directory above the
// job's, or the one that holds the file.
std::string storage_uri(std::string_view uri);

// The symbolic link on the way to `path` beneath the directory `root`, and where it leads.
struct LinkOnPath {
  std::string path;    // of the link, beneath the root
  std::string target;  // as the link has it
};
std::optional<LinkOnPath> link_on_path(int root, const std::string& path);

}  // namespace checkpointfs::storage
