// SPDX-License-Identifier: Apache-2.0
// Which snapshots need a file, however it is named: by its place, its inode, its unmistakable base name, or
// another spelling of its URI.
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
  std::vector<int64_t> state_file_id;  // rows; several where copies have one name
};

// All state files of an index, read at once.
class ReferencedFiles {
 public:
  explicit ReferencedFiles(index::Reader& reader);

  // Who needs the file that lies at the absolute path and has this identity; null if nobody does.
  const ReferencedFile* at(const std::string& path, uint64_t device, uint64_t inode) const;
  // Files whose URI is another spelling of `uri`, which names the same path, percent-encoded or not, in a
  // store that is called otherwise; or that have its base name, if no other file can have that.
  std::vector<const ReferencedFile*> spelled_like(std::string_view uri) const;
  // Files whose URI lies below the path of `uri`, whatever the store is called.
  std::vector<const ReferencedFile*> below(std::string_view uri) const;

 private:
  std::vector<ReferencedFile> files_;
  std::unordered_map<std::string, size_t> by_location_;       // numbers in files_
  std::map<std::pair<uint64_t, uint64_t>, size_t> by_inode_;  // device, inode
  std::unordered_multimap<std::string, size_t> by_name_;      // base names
};

// Files below a directory, and who needs them.
struct DirectoryReferences {
  struct Sum {
    uint64_t files = 0;
    uint64_t bytes = 0;
  };
  Sum all;                              // state files: everything but `_metadata`
  Sum unreferenced;                     // by any snapshot
  std::map<int64_t, Sum> snapshots;     // by id
  std::vector<std::string> unreadable;  // directories that cannot be listed
};
// Looks at all files below `directory`, links and our control directory left out.
DirectoryReferences references_below(const std::string& directory, const ReferencedFiles& needed);

}  // namespace checkpointfs::cli
