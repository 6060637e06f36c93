// SPDX-License-Identifier: Apache-2.0
// Failures to mount or unmount: each has its exit code and leaves nothing behind.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/handmade.h"
#include "harness.h"
#include "index/database/lock.h"

namespace checkpointfs::test {
namespace {

class MountErrors : public MountTest {
 protected:
  MountErrors() {
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/file", "content")});
    stdfs::create_directory(mount_point_);
  }

  RunResult try_mount(const std::string& source, const std::string& mount_point,
                      const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"mount", "--index", index_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(source);
    arguments.push_back(mount_point);
    return checkpointfs(arguments, Milliseconds(15'000));
  }

  // Exit code, one line on standard error that names `word`, nothing mounted at `mount_point`, no process.
  void expect_refused(const RunResult& result, int code, const std::string& word,
                      const std::string& mount_point) const {
    EXPECT_EQ(result.code, code) << result;
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find(word), std::string::npos) << result;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result;
    EXPECT_EQ(mount_type_at(mount_point), "");
    detach(mount_point);
    EXPECT_EQ(daemons_left(), std::vector<pid_t>{});
  }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
  const std::string index_ = source_.outside("index.db");
};

TEST_F(MountErrors, on_a_directory_that_is_not_empty) {
  write_file(mount_point_ + "/something", "x");
  expect_refused(try_mount(source_.path(), mount_point_), 4, "not empty", mount_point_);
  EXPECT_EQ(read_file(mount_point_ + "/something"), "x");
}

TEST_F(MountErrors, on_a_directory_that_is_not_there) {
  const std::string missing = source_.outside("missing");
  expect_refused(try_mount(source_.path(), missing), 4, missing, missing);
  EXPECT_FALSE(stdfs::exists(missing));
  expect_refused(try_mount(source_.path(), missing + "/deeper"), 4, missing, missing);
}

TEST_F(MountErrors, on_a_file) {
  write_file(source_.outside("file"), "x");
  expect_refused(try_mount(source_.path(), source_.outside("file")), 4, "not a directory",
                 source_.outside("file"));
}

TEST_F(MountErrors, inside_the_source) {
  stdfs::create_directory(source_ / "mnt");
  expect_refused(try_mount(source_.path(), source_ / "mnt"), 4, "inside", source_ / "mnt");
  stdfs::create_directory_symlink(source_.path(), source_.outside("link"));
  expect_refused(try_mount(source_.outside("link"), source_ / "mnt"), 4, "inside", source_ / "mnt");
  expect_refused(try_mount(source_.path(), source_.outside("link/mnt")), 4, "inside", source_ / "mnt");
}

TEST_F(MountErrors, of_a_source_that_is_not_there_or_no_directory) {
  expect_refused(try_mount(source_.outside("missing"), mount_point_), 3, "missing", mount_point_);
  write_file(source_.outside("file"), "x");
  expect_refused(try_mount(source_.outside("file"), mount_point_), 3, "file", mount_point_);
}

TEST_F(MountErrors, of_too_few_arguments_or_wrong_ones) {
  expect_refused(checkpointfs({"mount"}), 2, "", mount_point_);
  expect_refused(checkpointfs({"mount", source_.path()}), 2, "", mount_point_);
  expect_refused(try_mount(source_.path(), mount_point_, {"--no-such-option"}), 2, "no-such-option",
                 mount_point_);
  expect_refused(try_mount(source_.path(), mount_point_, {"--map", "nonsense"}), 2, "nonsense", mount_point_);
  expect_refused(try_mount(source_.path(), mount_point_, {"-o", "absolute=nonsense"}), 2, "nonsense",
                 mount_point_);
}

TEST_F(MountErrors, with_an_index_that_is_none) {
  write_file(index_, "this is a diary, not an index\n" + pattern(5000, 2));
  const std::string before = read_file(index_);
  expect_refused(try_mount(source_.path(), mount_point_), 5, index_, mount_point_);
  EXPECT_TRUE(read_file(index_) == before) << "somebody's file was changed";
}

TEST_F(MountErrors, with_an_index_that_cannot_be_made) {
  write_file(source_.outside("file"), "x");
  const RunResult result =
      checkpointfs({"mount", "--index", source_.outside("file/index.db"), source_.path(), mount_point_});
  EXPECT_NE(result.code, 0) << result;
  EXPECT_EQ(mount_type_at(mount_point_), "");
}

TEST_F(MountErrors, of_an_index_that_is_being_changed) {
  const index::IndexLock lock(index_, "somebody");
  expect_refused(try_mount(source_.path(), mount_point_), 6, "somebody", mount_point_);
}

TEST_F(MountErrors, twice_on_one_place) {
  const Mount first({{source_.path()}, {}, index_, mount_point_});
  const RunResult result =
      checkpointfs({"mount", "--index", source_.outside("other.db"), source_.path(), mount_point_});
  EXPECT_EQ(result.code, 4) << result;
  EXPECT_NE(result.err.find("already"), std::string::npos) << result;
  EXPECT_EQ(read_file(first / "job/chk-1/file"), "content");
}

TEST_F(MountErrors, umount_of_what_is_no_mount_of_ours) {
  expect_refused(checkpointfs({"umount", mount_point_}), 4, "not a mount", mount_point_);
  expect_refused(checkpointfs({"umount", source_.outside("missing")}), 4, "missing", mount_point_);
  expect_refused(checkpointfs({"umount"}), 2, "", mount_point_);
  expect_refused(checkpointfs({"umount", "/proc"}), 4, "not a mount", mount_point_);
  EXPECT_TRUE(stdfs::exists("/proc/self"));
}

TEST_F(MountErrors, umount_of_a_directory_inside_the_mount) {
  const Mount mount({{source_.path()}, {}, index_, mount_point_});
  EXPECT_EQ(checkpointfs({"umount", mount / "job"}).code, 4);
  EXPECT_EQ(mount_type_at(mount_point_), "fuse.checkpointfs");
}

TEST_F(MountErrors, a_dead_mount_of_somebody_else_is_left_alone) {
  NEEDS_ROOT("make a FUSE mount by hand");
  base::UniqueFd device(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  const std::string data = "fd=" + std::to_string(device.get()) + ",rootmode=40000,user_id=0,group_id=0";
  ASSERT_EQ(::mount("other", mount_point_.c_str(), "fuse.other", MS_NOSUID | MS_NODEV, data.c_str()), 0);
  device.reset();  // now it is dead
  const RunResult result = try_mount(source_.path(), mount_point_);
  const RunResult unmounted = checkpointfs({"umount", mount_point_});
  const std::string left = mount_type_at(mount_point_);
  detach(mount_point_);
  EXPECT_EQ(result.code, 4) << result;
  EXPECT_NE(result.err.find("not one of checkpointfs"), std::string::npos) << result;
  EXPECT_EQ(unmounted.code, 4) << unmounted;
  EXPECT_EQ(left, "fuse.other");
}

TEST_F(MountErrors, live_mount_of_somebody_else_is_left_alone) {
  NEEDS_ROOT("mount a tmpfs");
  if (::mount("tmpfs", mount_point_.c_str(), "tmpfs", 0, "") != 0)
    GTEST_SKIP() << "a tmpfs cannot be mounted here";
  write_file(mount_point_ + "/file", "x");
  const RunResult mounted = try_mount(source_.path(), mount_point_);
  const RunResult unmounted = checkpointfs({"umount", mount_point_});
  const std::string left = mount_type_at(mount_point_);
  detach(mount_point_);
  EXPECT_EQ(mounted.code, 4) << mounted;
  EXPECT_EQ(unmounted.code, 4) << unmounted;
  EXPECT_EQ(left, "tmpfs");
}

}  // namespace
}  // namespace checkpointfs::test
