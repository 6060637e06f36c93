// SPDX-License-Identifier: Apache-2.0
// Files and trees as the tests make and look at them.
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::test {

namespace stdfs = std::filesystem;

// A directory that is removed with all it holds.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

// Directories above it are made. Throws std::system_error, as all that follows.
void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

// The errno of opening and reading all of `path`; 0 if that went well.
int read_errno(const std::string& path);

// `n` bytes that no other `seed` gives.
std::string pattern(size_t n, uint64_t seed);

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;
Directory open_directory(const std::string& path);

// Names in a directory but "." and "..", in the order of readdir.
std::vector<std::string> names_in(const std::string& directory);
std::set<std::string> set_of(const std::vector<std::string>& names);

// lstat of all that lies below `root`, by relative path.
using Tree = std::map<std::string, struct stat>;
Tree tree_of(const std::string& root);

struct stat stat_of(const std::string& path);
int64_t mtime_ns(const struct stat& st);

// Content of all regular files below `root`, by relative path. A file that cannot be read is "errno <n>".
std::map<std::string, std::string> contents_of(const std::string& root);

// What hard links leave to store: over the regular files of `tree`, each inode once.
struct Stored {
  uint64_t inodes = 0;
  uint64_t bytes = 0;
  friend bool operator==(const Stored&, const Stored&) = default;
};
Stored stored(const Tree& tree);
std::ostream& operator<<(std::ostream& out, const Stored& stored);

// Value of an extended attribute, or "errno <n>".
std::string xattr(const std::string& path, const std::string& name);

}  // namespace checkpointfs::test
