// SPDX-License-Identifier: Apache-2.0
// Other users see no more of a mount with allow_other than of the storage itself.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/posix_acl_xattr.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <string>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kDroppedSoon{15'000};
constexpr uid_t kAlice = 4001;
constexpr uid_t kBob = 4002;
constexpr uid_t kCarol = 4003;
constexpr gid_t kTeam = 5000;

// Returns the result of `call` in a process of this user.
int as(uid_t uid, gid_t gid, const std::function<int()>& call) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool became =
        ::setgroups(0, nullptr) == 0 && ::setresgid(gid, gid, gid) == 0 && ::setresuid(uid, uid, uid) == 0;
    ::_exit(became ? call() : 255);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int list_errno(const std::string& path) {
  DIR* const directory = ::opendir(path.c_str());
  if (directory == nullptr) return errno;
  errno = 0;
  ::readdir(directory);
  const int error = errno;
  ::closedir(directory);
  return error;
}

class OtherUsers : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_ROOT("be other users");
    open(stdfs::path(source_.path()).parent_path());
    open(source_.path());
    const std::string file = source_.add("alice/shared/file", "state of alice");
    source_.add_snapshot("alice/chk-1", {file});
    source_.add_snapshot("bob/chk-1", {file});  // as bob may write it
    give("alice", kAlice, kAlice);
    give("bob", kBob, kBob);
    // Temporary directories of the test may lie in a closed directory.
    if (as(kBob, kBob, [&] { return list_errno(source_.path()); }) != 0)
      GTEST_SKIP() << "other users do not reach " << source_.path();
  }
  void open(const std::string& path) const { stdfs::permissions(path, stdfs::perms{0755}); }
  void set_mode(const std::string& name, unsigned mode) const {
    stdfs::permissions(source_ / name, stdfs::perms{mode});
  }
  void give(const std::string& name, uid_t uid, gid_t gid) const {
    ASSERT_EQ(::chown((source_ / name).c_str(), uid, gid), 0);
    for (const auto& entry : stdfs::recursive_directory_iterator(source_ / name))
      ASSERT_EQ(::chown(entry.path().c_str(), uid, gid), 0);
  }
  Mount mount_for_all() const {
    return Mount(MountSpec{{source_.path()}, {"-o", "allow_other"}, {}, mount_point()});
  }
  // Lies in a directory that others reach.
  std::string mount_point() const {
    stdfs::create_directory(source_.outside("mnt"));
    return source_.outside("mnt");
  }
  static int reads(uid_t uid, const std::string& path, gid_t gid = 0) {
    return as(uid, gid == 0 ? uid : gid, [&] { return read_errno(path); });
  }
  static int lists(uid_t uid, const std::string& path) {
    return as(uid, uid, [&] { return list_errno(path); });
  }

  const Handmade source_;
};

TEST_F(OtherUsers, read_no_file_behind_a_directory_that_is_closed_to_them_whoever_names_it) {
  for (const char* closed : {"alice", "alice/shared"}) {
    set_mode(closed, 0700);
    const Mount mount = mount_for_all();
    EXPECT_EQ(reads(kBob, source_ / "alice/shared/file"), EACCES) << closed;
    EXPECT_EQ(reads(kBob, mount / "bob/chk-1/file"), EACCES) << closed;
    EXPECT_EQ(reads(kBob, mount / "alice/chk-1/file"), EACCES) << closed;
    EXPECT_EQ(reads(kAlice, mount / "alice/chk-1/file"), 0) << closed;
    EXPECT_EQ(reads(kBob, mount / "bob/chk-1/_metadata"), 0) << closed;
    EXPECT_EQ(read_errno(mount / "bob/chk-1/file"), 0) << "root's";
    EXPECT_EQ(stat_of(mount / "bob/chk-1/file").st_mode & 0777, 0400u) << closed;
    for (const char* view : {".checkpointfs/operators/bob/chk-1", ".checkpointfs/jobs/bob/shared"}) {
      for (const auto& entry : stdfs::recursive_directory_iterator(mount / view)) {
        if (!entry.is_regular_file() || entry.path().filename() != "file") continue;
        EXPECT_EQ(reads(kBob, entry.path()), EACCES) << entry.path();
      }
    }
    set_mode(closed, 0755);
  }
}

TEST_F(OtherUsers, see_what_a_directory_lets_them_after_the_next_look_at_everything) {
  set_mode("alice/shared", 0700);
  const Mount mount = mount_for_all();
  const std::string file = mount / "bob/chk-1/file";
  EXPECT_EQ(reads(kBob, file), EACCES);
  for (const unsigned mode : {0755u, 0700u, 0711u}) {
    set_mode("alice/shared", mode);
    ::kill(mount.pid(), SIGUSR1);
    const int expected = mode == 0700 ? EACCES : 0;
    EXPECT_TRUE(within(kDroppedSoon, [&] { return reads(kBob, file) == expected; })) << mode;
  }
}

TEST_F(OtherUsers, see_nothing_of_a_source_in_a_closed_directory) {
  const std::string above = stdfs::path(source_.path()).parent_path();
  const TempDirectory elsewhere;
  open(elsewhere.path());
  stdfs::create_directory(elsewhere / "mnt");
  stdfs::permissions(above, stdfs::perms{0700});
  const Mount mount(MountSpec{{source_.path()}, {"-o", "allow_other"}, {}, elsewhere / "mnt"});
  EXPECT_EQ(lists(kBob, mount.path()), EACCES);
  EXPECT_EQ(reads(kBob, mount / "bob/chk-1/_metadata"), EACCES);
  EXPECT_EQ(list_errno(mount.path()), 0);
}

TEST_F(OtherUsers, get_by_an_access_list_no_more_than_it_says) {
  // user::rw- user:bob:r-- group::--- mask::r-- other::---
  const auto entry = [](uint16_t tag, uint16_t permissions, uint32_t id) {
    return posix_acl_xattr_entry{tag, permissions, id};
  };
  std::string list("\2\0\0\0", 4);
  for (const auto& one : {entry(1, 6, UINT32_MAX), entry(2, 4, kBob), entry(4, 0, UINT32_MAX),
                          entry(16, 4, UINT32_MAX), entry(32, 0, UINT32_MAX)})
    list.append(reinterpret_cast<const char*>(&one), sizeof one);
  const std::string file = source_ / "alice/shared/file";
  ASSERT_EQ(::chown(file.c_str(), kAlice, kTeam), 0);
  if (::setxattr(file.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0)
    GTEST_SKIP() << "this file system has no access lists";
  const Mount mount = mount_for_all();
  EXPECT_EQ(reads(kCarol, file, kTeam), EACCES);
  EXPECT_EQ(reads(kCarol, mount / "alice/chk-1/file", kTeam), EACCES);
  EXPECT_EQ(reads(kAlice, mount / "alice/chk-1/file"), 0);
  EXPECT_EQ(stat_of(mount / "alice/chk-1/file").st_mode & 0777, 0400u);
  const Mount own(source_.path());
  EXPECT_EQ(stat_of(own / "alice/chk-1/file").st_mode & 0777, 0440u) << "as it is in the storage";
}

TEST_F(OtherUsers, list_the_files_of_a_job_only_if_they_may_list_its_snapshots) {
  source_.add_snapshot("alice/chk-2", {source_.add("alice/shared/other", "x")});
  set_mode("alice/chk-1", 0700);
  const Mount mount = mount_for_all();
  EXPECT_EQ(lists(kBob, mount / "alice"), 0);
  EXPECT_EQ(lists(kBob, mount / "alice/chk-1"), EACCES);
  EXPECT_EQ(lists(kBob, mount / "alice/chk-2"), 0);
  EXPECT_EQ(lists(kBob, mount / ".checkpointfs/operators/alice/chk-1"), EACCES);
  EXPECT_EQ(lists(kBob, mount / ".checkpointfs/jobs/alice/shared"), EACCES);
  EXPECT_EQ(lists(kBob, mount / ".checkpointfs/jobs/bob/shared"), 0);
}

TEST_F(OtherUsers, are_told_no_names_by_the_control_directory) {
  {
    const Mount mount = mount_for_all();
    for (const char* name : {"index", "latest", "by-time", "by-name"}) {
      const std::string path = mount / (std::string(".checkpointfs/") + name);
      EXPECT_EQ(lists(kBob, path), EACCES) << name;
      EXPECT_EQ(list_errno(path), 0) << name;
      EXPECT_EQ(stat_of(path).st_mode & 0777, 0500u) << name;
    }
    for (const char* name : {"status", "metrics", "index/files.jsonl", "index/path"}) {
      const std::string path = mount / (std::string(".checkpointfs/") + name);
      EXPECT_EQ(reads(kBob, path), EACCES) << name;
      EXPECT_EQ(read_errno(path), 0) << name;
      EXPECT_EQ(stat_of(path).st_mode & 0777, 0400u) << name;
    }
    EXPECT_EQ(lists(kBob, mount / ".checkpointfs/jobs/bob"), 0);
  }
  const Mount own(source_.path());
  EXPECT_EQ(stat_of(own / ".checkpointfs/status").st_mode & 0777, 0444u);
  EXPECT_EQ(stat_of(own / ".checkpointfs/index").st_mode & 0777, 0755u);
}

TEST_F(OtherUsers, change_nothing_for_a_mount_that_only_its_owner_sees) {
  set_mode("alice", 0700);
  const Mount mount(source_.path());
  EXPECT_EQ(stat_of(mount / "bob/chk-1/file").st_mode & 0777, 0444u);
}

}  // namespace
}  // namespace checkpointfs::test
