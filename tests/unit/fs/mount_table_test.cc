// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/mount_table.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "base/errors.h"
#include "base/unique_fd.h"
#include "fs/mount/serving_process.h"
#include "storage/self_mounts.h"
#include "tests/support/files.h"

namespace checkpointfs::fs {
namespace {

// Lines as in proc(5), with and without optional fields.
constexpr char kTable[] =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "36 22 0:40 / /mnt/a ro,nosuid - fuse.checkpointfs /srv/flink ro,user_id=0\n"
    "37 22 0:41 / /mnt/with\\040space\\011tab\\134slash ro shared:2 master:1 - fuse.checkpointfs "
    "/srv/a\\040b ro\n"
    "38 22 0:42 / /mnt/b rw - tmpfs below rw\n"
    "39 38 0:43 / /mnt/b ro - fuse.checkpointfs above ro\n"
    "40 22 0:44 / /mnt/b/c rw propagate_from:3 - ext4 /dev/sdb rw\n"
    "41 22 0:45 / /mnt/dash - - tmpfs\n";

std::optional<base::MountedTree> find(const std::string& path) {
  std::istringstream table(kTable);
  return mount_in(table, path);
}

TEST(MountTable, finds_type_and_source_of_a_mount_point) {
  ASSERT_TRUE(find("/mnt/a"));
  EXPECT_EQ(find("/mnt/a")->type, storage::kFileSystemType);
  EXPECT_EQ(find("/mnt/a")->source, "/srv/flink");
  EXPECT_EQ(find("/")->type, "ext4");
}

TEST(MountTable, takes_the_topmost_of_several_at_one_place) {
  EXPECT_EQ(find("/mnt/b")->source, "above");
}

TEST(MountTable, resolves_the_escapes_of_the_kernel) {
  ASSERT_TRUE(find("/mnt/with space\ttab\\slash"));
  EXPECT_EQ(find("/mnt/with space\ttab\\slash")->source, "/srv/a b");
}

TEST(MountTable, knows_nothing_of_what_is_no_mount_point) {
  for (const char* path : {"", "/mnt", "/mnt/a/", "/mnt/a/below", "/mnt/with\\040space", "mnt/a"})
    EXPECT_FALSE(find(path)) << path;
}

TEST(MountTable, of_this_host_has_proc) {
  ASSERT_TRUE(mount_at("/proc"));
  EXPECT_EQ(mount_at("/proc")->type, "proc");
}

class RealMountPath : public ::testing::Test {
 protected:
  const test::TempDirectory directory_;
};

TEST_F(RealMountPath, is_absolute_and_without_links) {
  std::filesystem::create_directory(directory_ / "mnt");
  std::filesystem::create_directory_symlink("mnt", directory_ / "link");
  for (const char* spelling : {"mnt", "mnt/", "mnt//", "./mnt", "link", "link/", "mnt/../mnt"}) {
    EXPECT_EQ(real_mount_path(directory_ / spelling), directory_ / "mnt") << spelling;
  }
  EXPECT_EQ(real_mount_path("/"), "/");
}

TEST_F(RealMountPath, of_what_is_not_there_says_so) {
  for (const char* path : {"missing", "missing/deeper"}) {
    try {
      real_mount_path(directory_ / path);
      ADD_FAILURE() << path;
    } catch (const base::Failure& failure) {
      EXPECT_EQ(failure.kind(), base::FailureKind::kMountPoint);
      EXPECT_NE(std::string(failure.what()).find(directory_ / path), std::string::npos) << failure.what();
      EXPECT_NE(std::string(failure.what()).find("No such file"), std::string::npos) << failure.what();
    }
  }
}

TEST(MountTable, knows_who_made_a_mount_and_believes_root_and_this_user_only) {
  EXPECT_EQ(mounter_of(*find("/mnt/a")), 0u);
  EXPECT_TRUE(is_trusted(*find("/mnt/a")));
  EXPECT_FALSE(mounter_of(*find("/")));
  EXPECT_FALSE(is_trusted(*find("/")));
  base::MountedTree mount = *find("/mnt/a");
  mount.super_options = "ro,user_id=" + std::to_string(::geteuid()) + ",group_id=0";
  EXPECT_TRUE(is_trusted(mount));
  for (const char* options :
       {"ro,user_id=4711,group_id=0", "ro,user_id=", "ro,xuser_id=0", "user_id=0x0", ""}) {
    mount.super_options = options;
    EXPECT_FALSE(is_trusted(mount)) << options;
  }
}

TEST(ServingProcess, is_not_one_without_the_connection) {
  EXPECT_FALSE(serves(::getpid(), "0:40", "/mnt/a"));
  EXPECT_FALSE(serves(1, "0:40", "/mnt/a"));
  EXPECT_FALSE(serves(-1, "0:40", "/mnt/a"));
  const base::UniqueFd device(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!device) GTEST_SKIP() << "no /dev/fuse";
  EXPECT_FALSE(serves(::getpid(), "0:40", "/mnt/a")) << "it is that of no connection";
}

}  // namespace
}  // namespace checkpointfs::fs
