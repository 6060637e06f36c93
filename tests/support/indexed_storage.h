// SPDX-License-Identifier: Apache-2.0
// Checkpoint storage in a temporary directory, and its index.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "index/read/reader.h"
#include "index/scan/scan.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::test {

// Makes missing directories. A second call makes another inode.
void replace_file(const std::string& path, const std::string& bytes);
void make_directory(const std::string& path);
void remove_all(const std::string& path);
void copy_all(const std::string& from, const std::string& to);
void rename_path(const std::string& from, const std::string& to);

// Metadata of version 4 whose private map holds these stream handles (tests/support/metadata_builder.h).
std::string metadata_with(const std::vector<std::string>& handles, int64_t checkpoint_id = 1);
// The same, with handles that are files of changes.
std::string changelog_metadata(const std::vector<std::string>& handles);

class IndexedStorage {
 public:
  // The source is <temporary>/src, the index <temporary>/index.
  IndexedStorage();

  const std::string& source() const { return source_; }
  const std::string& index_file() const { return options.index_file; }
  // An absolute path, and its URI.
  std::string path(const std::string& relative) const;
  std::string uri(const std::string& relative) const;

  // A state file of `size` bytes.
  void state_file(const std::string& relative, size_t size);
  void snapshot(const std::string& directory, const std::vector<std::string>& handles,
                int64_t checkpoint_id = 1);
  void metadata(const std::string& directory, const std::string& bytes);

  index::ScanResult scan();
  index::Reader& reader();  // opened at the first call
  void close_reader() { reader_.reset(); }

  // These throw if there is no such path.
  index::Snapshot snapshot_at(const std::string& path);
  // Projected names and the status of each, of a snapshot.
  std::map<std::string, std::string> files(const std::string& path);
  // Names in the order of list().
  std::vector<std::string> list(const std::string& path);
  index::Node find(const std::string& path);

  // All tables as text; ids included or not.
  std::string dump() const;
  // Compares the links, sums and counts of the index with its rows. Returns "" or the contradictions.
  std::string contradiction() const;

  TempDirectory temporary;
  index::Options options;

 private:
  std::string source_;
  std::unique_ptr<index::Reader> reader_;
};

std::string dump_index(const std::string& index_file);

}  // namespace checkpointfs::test
