// SPDX-License-Identifier: Apache-2.0
#include "storage/access.h"

#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/beneath.h"
#include "base/unique_fd.h"
#include "tests/support/files.h"

namespace checkpointfs::storage {
namespace {

constexpr uint16_t kUserObject = 0x01, kUser = 0x02, kGroupObject = 0x04, kGroup = 0x08, kMask = 0x10,
                   kOther = 0x20;

struct Named {
  uint16_t tag = 0;
  uint16_t permissions = 0;
  uint32_t id = UINT32_MAX;
};

// The permissions that chmod and setfacl leave on a file.
struct Inode {
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t mode = 0;         // with a list, the group bits are the mask
  std::vector<Named> named;  // users and groups
  uint32_t group_object = 0;
};

struct Caller {
  uint32_t uid = 0;
  std::set<uint32_t> groups;
};

std::string list_of(const Inode& inode) {
  std::vector<Named> entries = {{kUserObject, static_cast<uint16_t>(inode.mode >> 6 & 7)}};
  entries.insert(entries.end(), inode.named.begin(), inode.named.end());
  entries.push_back({kGroupObject, static_cast<uint16_t>(inode.group_object)});
  entries.push_back({kMask, static_cast<uint16_t>(inode.mode >> 3 & 7)});
  entries.push_back({kOther, static_cast<uint16_t>(inode.mode & 7)});
  std::string list("\2\0\0\0", 4);
  for (const Named& entry : entries) {
    for (const int shift : {0, 8}) list.push_back(static_cast<char>(entry.tag >> shift));
    for (const int shift : {0, 8}) list.push_back(static_cast<char>(entry.permissions >> shift));
    for (const int shift : {0, 8, 16, 24}) list.push_back(static_cast<char>(entry.id >> shift));
  }
  return list;
}

uint32_t seen(const Inode& inode) {
  return inode.named.empty() ? inode.mode
                             : with_closed(inode.mode, closed_by_list(inode.mode, list_of(inode)));
}

// Decides as the kernel does (generic_permission, posix_acl_permission).
bool may(const Caller& caller, const Inode& inode, uint32_t wanted) {
  const auto has = [&](uint32_t permissions) { return (permissions & wanted) == wanted; };
  if (caller.uid == inode.uid) return has(inode.mode >> 6);
  if (inode.named.empty()) return has(caller.groups.contains(inode.gid) ? inode.mode >> 3 : inode.mode);
  const uint32_t mask = inode.mode >> 3 & 7;
  for (const Named& entry : inode.named) {
    if (entry.tag == kUser && entry.id == caller.uid) return has(entry.permissions & mask);
  }
  bool matches = false;
  if (caller.groups.contains(inode.gid)) {
    matches = true;
    if (has(inode.group_object & mask)) return true;
  }
  for (const Named& entry : inode.named) {
    if (entry.tag != kGroup || !caller.groups.contains(entry.id)) continue;
    matches = true;
    if (has(entry.permissions & mask)) return true;
  }
  return !matches && has(inode.mode);
}

class Random {
 public:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(engine_() % n); }
  Inode inode(bool directory) {
    Inode inode{below(3), below(3), below(0777 + 1), {}, 0};
    if (below(2) == 0) inode.mode |= directory ? 0111 : 0444;
    if (below(3) != 0) return inode;
    inode.group_object = below(8);
    for (uint32_t i = 0; i < 2; ++i)
      inode.named.push_back({below(2) == 0 ? kUser : kGroup, static_cast<uint16_t>(below(8)), i});
    return inode;
  }

 private:
  std::mt19937_64 engine_{20261128};
};

TEST(Access, shows_nobody_what_a_directory_or_list_keeps_from_him) {
  Random random;
  uint64_t shown = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::vector<Inode> directories(random.below(4));
    Passage passage;
    for (Inode& directory : directories) {
      directory = random.inode(true);
      passage = passage.then(seen(directory), directory.uid, directory.gid);
    }
    const Inode file = random.inode(false);
    const Inode projected = {
        file.uid,
        file.gid,
        mode_for_others(with_closed(seen(file), closed_of(seen(file)) | passage.closes(file.uid, file.gid))),
        {},
        0};
    for (uint32_t uid = 0; uid < 4; ++uid) {
      for (uint32_t groups = 0; groups < 8; ++groups) {
        Caller caller{uid, {}};
        for (uint32_t gid = 0; gid < 3; ++gid) {
          if ((groups >> gid & 1) != 0) caller.groups.insert(gid);
        }
        bool reads = may(caller, file, 4);
        for (const Inode& directory : directories) reads = reads && may(caller, directory, 1);
        const bool is_shown = may(caller, projected, 4);
        ASSERT_TRUE(reads || !is_shown) << "round " << round << ", user " << uid << ", groups " << groups;
        shown += is_shown ? 1 : 0;
      }
    }
  }
  EXPECT_GT(shown, 20'000u);
}

TEST(Access, of_open_directories_and_files_without_lists_is_that_of_the_file) {
  Passage passage;
  for (const uint32_t mode : {0755u, 0711u, 0777u}) passage = passage.then(mode, 0, 0);
  EXPECT_EQ(0u, passage.closes(7, 8));
  // A job's own directory: its owner and group go on, others do not.
  passage = passage.then(0750, 7, 8).then(0750, 7, 8);
  EXPECT_EQ(0007u, passage.closes(7, 8));
  EXPECT_EQ(0777u, passage.closes(9, 9));
  EXPECT_EQ(0077u, passage.closes(7, 9));
  EXPECT_EQ(0777u, passage.then(0700, 1, 1).closes(7, 8)) << "whose group is not his";
  EXPECT_EQ(0777u, Passage::closed().closes(7, 8));
}

TEST(Access, of_a_name_in_a_directory_is_that_of_its_path) {
  const test::TempDirectory directory;
  const std::string& path = directory.path();
  test::write_file(path + "/file", "text");
  std::filesystem::create_directory(path + "/directory");
  ASSERT_EQ(0, ::symlink("file", (path + "/link").c_str()));
  test::write_file(path + "/list", "text");
  const Inode listed{0, 0, 0664, {{kUser, 0, 1}}, 06};
  const std::string list = list_of(listed);
  if (::setxattr((path + "/list").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0)
    GTEST_SKIP() << "no access control lists here";
  const base::UniqueFd fd = base::open_directory(path);
  for (const char* name : {"file", "directory", "link", "list", "nothing"}) {
    struct stat one = {};
    struct stat other = {};
    EXPECT_EQ(look_beneath(fd.get(), name, &one), look_in(fd.get(), name, &other)) << name;
    EXPECT_EQ(one.st_ino, other.st_ino) << name;
    EXPECT_EQ(one.st_mode, other.st_mode) << name;
  }
  struct stat st = {};
  ASSERT_EQ(0, look_in(fd.get(), "list", &st));
  EXPECT_NE(0u, closed_of(st.st_mode));
}

TEST(Access, of_a_list_that_cannot_be_understood_is_the_owners) {
  EXPECT_EQ(0077u, closed_by_list(0644, "short"));
  EXPECT_EQ(0040u,
            closed_by_list(0640, std::string("\2\0\0\0", 4) + std::string("\4\0\0\0\xff\xff\xff\xff", 8)));
}

}  // namespace
}  // namespace checkpointfs::storage
