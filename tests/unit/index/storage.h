// SPDX-License-Identifier: Apache-2.0
// A checkpoint storage in a temporary directory, with the index of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "index/read/reader.h"
#include "index/scan/scan.h"

namespace checkpointfs::index {

class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  // Real, absolute.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Creates missing directories. A second write replaces the file.
void write_file(const std::string& path, const std::string& bytes);
void make_directory(const std::string& path);
void remove_all(const std::string& path);
void copy_all(const std::string& from, const std::string& to);
void rename_path(const std::string& from, const std::string& to);

// Metadata of version 4 whose private map holds these stream handles (tests/support/metadata_builder.h).
std::string metadata_with(const std::vector<std::string>& handles, int64_t checkpoint_id = 1);
// As above, with the handles being files of changes.
std::string changelog_metadata(const std::vector<std::string>& handles);

class Storage {
 public:
  // The source is <temporary>/src, the index <temporary>/index.
  Storage();

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

  ScanResult scan();
  Reader& reader();  // opened at the first call
  void close_reader() { reader_.reset(); }

  // These throw if there is no such path.
  Snapshot snapshot_at(const std::string& path);
  // Projected names and the status of each, of a snapshot.
  std::map<std::string, std::string> files(const std::string& path);
  // Names in the order of list().
  std::vector<std::string> list(const std::string& path);
  Node find(const std::string& path);

  // All tables as text; ids included or not.
  std::string dump() const;
  // Compares what the index says of itself: links, sums, counts. "" or what is wrong.
  std::string contradiction() const;

  TempDirectory temporary;
  Options options;

 private:
  std::string source_;
  std::unique_ptr<Reader> reader_;
};

std::string dump_index(const std::string& index_file);

}  // namespace checkpointfs::index
