// SPDX-License-Identifier: Apache-2.0
// Functions of tests that write, read and compare files and trees.
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

#include "tests/support/temp_directory.h"

namespace checkpointfs::test {

namespace stdfs = std::filesystem;

// Makes missing directories. Throws std::system_error, as do the functions below.
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

// The results of lstat for everything below `root`, by relative path.
using Tree = std::map<std::string, struct stat>;
Tree tree_of(const std::string& root);

struct stat stat_of(const std::string& path);
int64_t mtime_ns(const struct stat& st);

// Content of all regular files below `root`, by relative path. A file that cannot be read is "errno <n>".
std::map<std::string, std::string> contents_of(const std::string& root);

// Inodes and bytes of the regular files of `tree`; files with one inode count once.
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
