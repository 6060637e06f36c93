// SPDX-License-Identifier: Apache-2.0
#include "storage/walk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "base/beneath.h"
#include "tests/support/indexed_storage.h"
#include "storage/self_mounts.h"

namespace checkpointfs::storage {
namespace {

using Paths = std::vector<std::string>;

class Walk : public testing::Test {
 protected:
  void snapshot(const std::string& directory) { test::replace_file(path(directory + "/_metadata"), "m"); }
  std::string path(const std::string& relative) const { return temporary_.path() + "/" + relative; }

  Paths found(const std::set<std::string>& not_entered = {}, const std::string& start = "",
              Reach reach = Reach::kShown) {
    Paths paths;
    const base::UniqueFd root = base::open_directory(temporary_.path());
    walk(root.get(), start, {reach, not_entered},
         {[&](const std::string& directory, int) { entered_.push_back(directory); },
          [&](const FoundSnapshot& snapshot) {
            paths.push_back(snapshot.directory->path);
            if (snapshot.hidden) hidden_.push_back(snapshot.directory->path);
          },
          [&](const std::string& directory, int) { unreadable_.push_back(directory); },
          [&](const std::string& path, PassedOver) { passed_over_.push_back(path); }});
    return paths;
  }

  test::TempDirectory temporary_;
  Paths unreadable_;
  Paths hidden_;
  Paths passed_over_;
  Paths entered_;
};

TEST_F(Walk, of_one_directory_finds_what_is_at_or_below_it) {
  for (const char* directory : {"a/job/chk-1", "a/job/chk-2", "a/other/chk-1", "b/chk-1"})
    snapshot(directory);
  EXPECT_EQ((Paths{"a/job/chk-1", "a/job/chk-2"}), found({}, "a/job"));
  EXPECT_EQ((Paths{"a/job", "a/job/chk-1", "a/job/chk-2"}), entered_);
  EXPECT_EQ(Paths{"a/job/chk-2"}, found({}, "a/job/chk-2"));
  EXPECT_EQ(Paths{}, found({}, "a/job/chk-3"));
  EXPECT_EQ(Paths{}, found({}, "c/job/chk-3"));
  EXPECT_EQ(Paths{}, found({"a"}, "a/job"));
  EXPECT_EQ(Paths{}, unreadable_);
}

TEST_F(Walk, finds_snapshots_anywhere_sorted_by_name) {
  for (const char* directory :
       {"job/chk-10", "job/chk-2", "savepoints/deep/er/savepoint-1", "a/job/chk-1", "_a"})
    snapshot(directory);
  test::replace_file(path("job/chk-3/uuid"), "in progress");
  test::replace_file(path("job/chk-4/._metadata.inprogress.1"), "in progress");
  EXPECT_EQ((Paths{"_a", "a/job/chk-1", "job/chk-10", "job/chk-2", "savepoints/deep/er/savepoint-1"}),
            found());
}

TEST_F(Walk, source_may_be_a_snapshot_with_others_below) {
  test::replace_file(path("_metadata"), "m");
  snapshot("nested");
  snapshot("nested/again");
  EXPECT_EQ((Paths{"", "nested", "nested/again"}), found());
}

TEST_F(Walk, state_directories_of_flink_are_not_entered) {
  snapshot("job/chk-1");
  snapshot("job/shared/hidden");
  snapshot("job/taskowned/hidden");
  snapshot("empty-job/shared/hidden");
  snapshot("empty-job/taskowned/hidden");
  EXPECT_EQ((Paths{"job/chk-1"}), found());
}

TEST_F(Walk, directory_of_a_team_called_shared_is_entered) {
  snapshot("shared/job/chk-1");
  snapshot("team/taskowned/chk-1");
  snapshot("chk-x/chk-2");
  EXPECT_EQ((Paths{"chk-x/chk-2", "shared/job/chk-1", "team/taskowned/chk-1"}), found());
}

TEST_F(Walk, hidden_directories_and_links_are_not_followed) {
  snapshot(".checkpointfs/pins/a");
  snapshot("real/chk-1");
  ASSERT_EQ(0, ::symlink("real", path("link").c_str()));
  ASSERT_EQ(0, ::symlink("/etc", path("outside").c_str()));
  EXPECT_EQ((Paths{"real/chk-1"}), found());
  EXPECT_EQ((Paths{"link", "outside"}), passed_over_);
}

TEST_F(Walk, that_needs_all_enters_what_is_not_shown) {
  for (const char* directory : {"job/chk-1", "job/shared/copy/chk-2", "job/taskowned/chk-3", ".archive/chk-4",
                                "job/.old/chk-5", "shared/chk-6"})
    snapshot(directory);
  for (const char* known : {".checkpointfs/pins/a", ".snapshot/daily/chk-1", ".zfs/chk-1", "job/.snap/chk-1"})
    snapshot(known);
  ASSERT_EQ(0, ::symlink("job", path("link").c_str()));
  ASSERT_EQ(0, ::symlink("nowhere", path("gone").c_str()));
  test::replace_file(path("file"), "f");
  ASSERT_EQ(0, ::symlink("file", path("link-to-a-file").c_str()));
  EXPECT_EQ((Paths{".archive/chk-4", "job/.old/chk-5", "job/chk-1", "job/shared/copy/chk-2",
                   "job/taskowned/chk-3", "shared/chk-6"}),
            found({}, "", Reach::kNeeding));
  EXPECT_EQ((Paths{".archive/chk-4", "job/.old/chk-5", "job/shared/copy/chk-2", "job/taskowned/chk-3"}),
            hidden_);
  EXPECT_EQ((Paths{"gone", "link"}), passed_over_);
  passed_over_.clear();
  EXPECT_EQ((Paths{"job/chk-1", "shared/chk-6"}), found());
  EXPECT_EQ((Paths{".archive", "gone", "link", "job/.old"}), passed_over_);
  passed_over_.clear();
  EXPECT_EQ(
      (Paths{"job/chk-1", "shared/chk-6"}),
      found({".archive", "link", "gone", "job/.old", "job/shared", "job/taskowned"}, "", Reach::kNeeding));
  EXPECT_EQ(Paths{}, passed_over_);
}

TEST_F(Walk, of_a_lost_and_found_that_only_root_may_list_is_no_error) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make one";
  test::make_directory(path("lost+found"));
  test::make_directory(path("job/lost+found"));
  test::make_directory(path("closed"));
  const base::UniqueFd root = base::open_directory(temporary_.path());
  EXPECT_TRUE(is_lost_and_found(root.get(), "lost+found"));
  EXPECT_FALSE(is_lost_and_found(root.get(), "job/lost+found")) << "no file system begins there";
  EXPECT_FALSE(is_lost_and_found(root.get(), "closed"));
  EXPECT_EQ(0, ::chown(path("lost+found").c_str(), 65534, 65534));
  EXPECT_FALSE(is_lost_and_found(root.get(), "lost+found")) << "it is somebody's";
}

TEST_F(Walk, metadata_that_is_a_directory_makes_no_snapshot) {
  snapshot("job/_metadata/chk-1");
  EXPECT_EQ((Paths{"job/_metadata/chk-1"}), found());
}

TEST_F(Walk, metadata_that_is_a_fifo_is_reported_without_opening_it) {
  test::make_directory(path("job/chk-1"));
  ASSERT_EQ(0, ::mkfifo(path("job/chk-1/_metadata").c_str(), 0600));
  EXPECT_EQ((Paths{"job/chk-1"}), found());
}

TEST_F(Walk, given_paths_are_left_out) {
  snapshot("a/chk-1");
  snapshot("b/chk-1");
  EXPECT_EQ((Paths{"a/chk-1"}), found({"b"}));
}

TEST_F(Walk, too_long_paths_are_reported_and_not_entered) {
  // Each name is short enough, all together are not.
  const std::string name(250, 'd');
  std::string deep;
  ASSERT_EQ(0, ::chdir(temporary_.path().c_str()));
  for (int i = 0; i < 18; ++i) {
    ASSERT_EQ(0, ::mkdir(name.c_str(), 0700));
    ASSERT_EQ(0, ::chdir(name.c_str()));
  }
  ASSERT_EQ(0, ::chdir("/"));
  EXPECT_EQ(Paths{}, found());
  EXPECT_EQ(1u, unreadable_.size());
}

TEST(OwnMounts, are_found_by_their_type) {
  std::istringstream mountinfo(
      "36 35 98:0 / /mnt/other rw - ext4 /dev/root rw\n"
      "37 35 0:50 / /mnt/a\\040b rw,nosuid shared:1 master:2 - fuse.checkpointfs checkpointfs ro\n"
      "38 35 0:51 / /mnt/s3 rw - fuse.s3fs s3fs rw\n"
      "39 35 0:52 / /mnt/plain rw - fuse.checkpointfs x ro\n"
      "garbage\n");
  EXPECT_EQ((std::set<std::string>{"/mnt/a b", "/mnt/plain"}), own_mounts(mountinfo));
}

}  // namespace
}  // namespace checkpointfs::storage
