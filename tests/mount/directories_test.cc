// SPDX-License-Identifier: Apache-2.0
// Directories as programs read them: in small pieces, from positions, huge.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

// The entries of one getdents64(2) into a buffer of `size` bytes; nothing at the end.
std::vector<std::string> next_page(int fd, size_t size) {
  std::vector<char> page(size);
  const long n = ::syscall(SYS_getdents64, fd, page.data(), page.size());
  EXPECT_GE(n, 0) << "errno " << errno;
  std::vector<std::string> names;
  for (long at = 0; at < n;) {
    const auto* entry = reinterpret_cast<const dirent64*>(page.data() + at);
    names.emplace_back(entry->d_name);
    at += entry->d_reclen;
  }
  return names;
}

std::vector<std::string> read_in_pages(const std::string& path, size_t size) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<std::string> names;
  for (std::vector<std::string> page; !(page = next_page(fd.get(), size)).empty();) {
    names.insert(names.end(), page.begin(), page.end());
  }
  return names;
}

class Directories : public MountTest {
 protected:
  static constexpr int kFew = 300;
  static constexpr int kMany = 20'000;

  void fill(int n) {
    std::vector<std::string> handles;
    for (int i = 0; i < n; ++i) {
      const std::string name = "state-" + std::to_string(i);
      expected_.insert(name);
      if (i % 10 != 0) write_file(source_ / ("chk-1/" + name), "x");  // one in ten is missing
      handles.push_back(relative(name, 1));
    }
    expected_.insert("_metadata");
    source_.add_snapshot("chk-1", handles);
  }

  const Handmade source_;
  std::set<std::string> expected_;
};

TEST_F(Directories, are_read_the_same_in_pages_of_any_size) {
  fill(kFew);
  const Mount mount(source_.path());
  std::set<std::string> with_dots = expected_;
  with_dots.insert({".", ".."});
  const std::vector<std::string> whole = read_in_pages(mount / "chk-1", 1 << 20);
  EXPECT_EQ(set_of(whole), with_dots);
  EXPECT_EQ(whole.size(), with_dots.size()) << "a name comes twice";
  for (const size_t size : {size_t{40}, size_t{64}, size_t{100}, size_t{1000}, size_t{4095}}) {
    EXPECT_EQ(read_in_pages(mount / "chk-1", size), whole) << "pages of " << size << " bytes";
  }
}

TEST_F(Directories, can_be_read_on_from_any_position) {
  fill(kFew);
  const Mount mount(source_.path());
  const Directory directory = open_directory(mount / "chk-1");
  std::vector<std::pair<long, std::string>> entries;  // the position before each
  for (;;) {
    const long position = ::telldir(directory.get());
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    entries.emplace_back(position, entry->d_name);
  }
  ASSERT_EQ(entries.size(), kFew + 3U);
  for (size_t i = entries.size(); i-- > 0;) {
    ::seekdir(directory.get(), entries[i].first);
    ASSERT_STREQ(::readdir(directory.get())->d_name, entries[i].second.c_str())
        << "position " << entries[i].first;
  }
  ::rewinddir(directory.get());
  EXPECT_STREQ(::readdir(directory.get())->d_name, entries[0].second.c_str());
}

TEST_F(Directories, can_be_read_by_two_at_once) {
  fill(kFew);
  const Mount mount(source_.path());
  const Directory one = open_directory(mount / "chk-1");
  const Directory other = open_directory(mount / "chk-1");
  for (int i = 0; i < kFew + 3; ++i) {
    const dirent* from_one = ::readdir(one.get());
    ASSERT_NE(from_one, nullptr);
    const std::string name = from_one->d_name;
    const dirent* from_other = ::readdir(other.get());
    ASSERT_NE(from_other, nullptr);
    ASSERT_EQ(name, from_other->d_name);
  }
}

TEST_F(Directories, have_the_inodes_and_types_of_what_they_list) {
  fill(kFew);
  const Mount mount(source_.path());
  for (const char* path : {"", "chk-1"}) {
    const Directory directory = open_directory(mount / path);
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string name = entry->d_name;
      if (name == ".." && *path == '\0') continue;  // leads out of the mount
      const struct stat st = stat_of(mount / path + "/" + name);
      EXPECT_EQ(entry->d_ino, st.st_ino) << name;
      EXPECT_EQ(DTTOIF(entry->d_type), st.st_mode & S_IFMT) << name;
    }
  }
}

TEST_F(Directories, of_20000_files_are_listed_whole_quickly_and_always_in_the_same_order) {
  fill(kMany);
  const std::string index = source_.outside("index.db");
  std::vector<std::string> first;
  {
    const Mount mount({{source_.path()}, {}, index});
    first = names_in(mount / "chk-1");
    EXPECT_EQ(first.size(), expected_.size());
    EXPECT_EQ(set_of(first), expected_);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(tree_of(mount.path()).size(), expected_.size() + 1);
    const RunResult found = run({"find", mount.path(), "-type", "f", "-size", "-2"});
    EXPECT_EQ(std::ranges::count(found.out, '\n'), kMany);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  }
  const Mount mount({{source_.path()}, {}, index});
  EXPECT_EQ(names_in(mount / "chk-1"), first);
  EXPECT_EQ(read_in_pages(mount / "chk-1", 300).size(), first.size() + 2);
}

}  // namespace
}  // namespace checkpointfs::test
