// SPDX-License-Identifier: Apache-2.0
// Finds the snapshots that need a file, by the file's path, its inode, its unmistakable base name, or another
// spelling of its URI.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "index/read/reader.h"

namespace checkpointfs::cli {

// A state file that snapshots need.
struct ReferencedFile {
  std::string uri;
  std::set<int64_t> snapshots;         // ids
  std::vector<int64_t> state_file_id;  // rows; several if copies have one name
};

// All state files of an index, read at once.
class ReferencedFiles {
 public:
  explicit ReferencedFiles(index::Reader& reader);

  // Returns the referenced file with this absolute path or identity; null if no snapshot needs it.
  const ReferencedFile* at(const std::string& path, uint64_t device, uint64_t inode) const;
  // Returns the files whose URI is another spelling of `uri`: the same path, percent-encoded or not, in a
  // store of any name; or else the files with its base name, if that is unmistakable.
  std::vector<const ReferencedFile*> spelled_like(std::string_view uri) const;
  // Returns the files whose URI lies below the path of `uri`, in a store of any name.
  std::vector<const ReferencedFile*> below(std::string_view uri) const;

 private:
  std::vector<ReferencedFile> files_;
  std::unordered_map<std::string, size_t> by_location_;       // indices into files_
  std::map<std::pair<uint64_t, uint64_t>, size_t> by_inode_;  // device, inode
  std::unordered_multimap<std::string, size_t> by_name_;      // base names
};

// The files below a directory, and the snapshots that need them.
struct DirectoryReferences {
  struct Sum {
    uint64_t files = 0;
    uint64_t bytes = 0;
  };
  Sum all;                              // all state files: everything but `_metadata`
  Sum unreferenced;                     // needed by no snapshot
  std::map<int64_t, Sum> snapshots;     // by id
  std::vector<std::string> unreadable;  // directories that cannot be listed
};
// Reads all of `directory`, except symbolic links and the control directory.
DirectoryReferences references_below(const std::string& directory, const ReferencedFiles& needed);

}  // namespace checkpointfs::cli
