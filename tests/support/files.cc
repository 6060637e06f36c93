// SPDX-License-Identifier: Apache-2.0
#include "tests/support/files.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ostream>
#include <system_error>

#include "base/unique_fd.h"

namespace checkpointfs::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// False with errno set.
bool try_read(const std::string& path, std::string* content) {
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0) return false;
    if (n == 0) return true;
    content->append(buffer, static_cast<size_t>(n));
  }
}

void walk(const std::string& root, const std::string& below, Tree* tree) {
  for (const std::string& name : names_in(root + "/" + below)) {
    const std::string path = below + name;
    const struct stat st = stat_of(root + "/" + path);
    tree->emplace(path, st);
    if (S_ISDIR(st.st_mode)) walk(root, path + "/", tree);
  }
}

}  // namespace

void write_file(const std::string& path, std::string_view bytes) {
  stdfs::create_directories(stdfs::path(path).parent_path());
  const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) fail("create " + path);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0) fail("write " + path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

std::string read_file(const std::string& path) {
  std::string content;
  if (!try_read(path, &content)) fail("read " + path);
  return content;
}

int read_errno(const std::string& path) {
  std::string content;
  return try_read(path, &content) ? 0 : errno;
}

std::string pattern(size_t n, uint64_t seed) {
  std::string bytes(n, '\0');
  uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
  for (char& byte : bytes) {
    state = state * 6364136223846793005 + 1442695040888963407;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

Directory open_directory(const std::string& path) {
  Directory directory(::opendir(path.c_str()));
  if (!directory) fail("opendir " + path);
  return directory;
}

std::vector<std::string> names_in(const std::string& directory) {
  const Directory dir = open_directory(directory);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (errno != 0) fail("readdir " + directory);
  return names;
}

std::set<std::string> set_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

Tree tree_of(const std::string& root) {
  Tree tree;
  walk(root, "", &tree);
  return tree;
}

struct stat stat_of(const std::string& path) {
  struct stat st = {};
  if (::lstat(path.c_str(), &st) != 0) fail("stat " + path);
  return st;
}

int64_t mtime_ns(const struct stat& st) {
  return int64_t{st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
}

std::map<std::string, std::string> contents_of(const std::string& root) {
  std::map<std::string, std::string> contents;
  for (const auto& [path, st] : tree_of(root)) {
    if (!S_ISREG(st.st_mode)) continue;
    std::string content;
    if (!try_read(root + "/" + path, &content)) content = "errno " + std::to_string(errno);
    contents.emplace(path, std::move(content));
  }
  return contents;
}

Stored stored(const Tree& tree) {
  Stored sum;
  std::set<ino_t> seen;
  for (const auto& [path, st] : tree) {
    if (!S_ISREG(st.st_mode) || !seen.insert(st.st_ino).second) continue;
    ++sum.inodes;
    sum.bytes += static_cast<uint64_t>(st.st_size);
  }
  return sum;
}

std::ostream& operator<<(std::ostream& out, const Stored& stored) {
  return out << stored.inodes << " inodes, " << stored.bytes << " bytes";
}

std::string xattr(const std::string& path, const std::string& name) {
  char value[65536];
  const ssize_t n = ::lgetxattr(path.c_str(), name.c_str(), value, sizeof value);
  return n < 0 ? "errno " + std::to_string(errno) : std::string(value, static_cast<size_t>(n));
}

}  // namespace checkpointfs::test
