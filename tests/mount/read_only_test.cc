// SPDX-License-Identifier: Apache-2.0
// Nothing can be changed through the mount.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "tests/support/handmade.h"
#include "harness.h"
#include "modifying_calls.h"

namespace checkpointfs::test {
namespace {

class ReadOnly : public MountTest {
 protected:
  ReadOnly() {
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/file", "content")});
    source_.add_snapshot("job/chk-1/sub", {});
  }
  const Handmade source_;
};

TEST_F(ReadOnly, every_modifying_call_fails_and_changes_nothing) {
  const Mount mount(source_.path());
  const Tree before = tree_of(mount.path());
  const std::set<int> refused = {EROFS, EBADF, EINVAL, EEXIST, EISDIR, ENOENT};
  const std::map<std::string, int> errors = try_modifying_calls(mount / "job/chk-1", "file", "sub");
  for (const auto& [what, error] : errors)
    EXPECT_TRUE(refused.contains(error)) << what << ": errno " << error;
  for (const char* what :
       {"open for writing", "open to create", "truncate", "mkdir", "unlink", "rmdir", "rename", "link",
        "symlink", "chmod", "chown", "set times", "set xattr", "remove xattr"}) {
    EXPECT_EQ(errors.at(what), EROFS) << what;
  }
  EXPECT_EQ(tree_of(mount.path()).size(), before.size());
  EXPECT_EQ(read_file(mount / "job/chk-1/file"), "content");
  EXPECT_EQ(read_file(source_ / "job/shared/file"), "content");
}

// Mounts a file system of the kernel's own at `directory`: ext4 in a file, or where that cannot be had a
// tmpfs. Its kind, or nothing.
const char* mount_native(const std::string& image, const std::string& directory) {
  write_file(image, "");
  stdfs::resize_file(image, 8 << 20);
  if (run({"mkfs.ext4", "-q", "-F", image}).code == 0 &&
      run({"mount", "-o", "loop", image, directory}).code == 0)
    return "ext4";
  return ::mount("tmpfs", directory.c_str(), "tmpfs", 0, "") == 0 ? "tmpfs" : nullptr;
}

TEST_F(ReadOnly, every_modifying_call_has_the_errno_of_a_native_read_only_file_system) {
  NEEDS_ROOT("mount a file system to compare with");
  NEEDS_PROGRAM("mkfs.ext4");
  const TempDirectory own;
  const std::string native = own / "native";
  stdfs::create_directory(native);
  const char* const kind = mount_native(own / "image", native);
  if (kind == nullptr) GTEST_SKIP() << "neither ext4 nor tmpfs can be mounted here";
  write_file(native + "/file", "content");
  stdfs::create_directory(native + "/sub");
  EXPECT_EQ(run({"mount", "-o", "remount,ro", native}).code, 0);
  const std::map<std::string, int> expected = try_modifying_calls(native, "file", "sub");
  EXPECT_EQ(run({"umount", native}).code, 0);
  detach(native);

  const Mount mount(source_.path());
  const std::map<std::string, int> errors = try_modifying_calls(mount / "job/chk-1", "file", "sub");
  EXPECT_EQ(errors, expected);
  const auto equal = std::ranges::count_if(errors, [&](const auto& error) {
    const auto other = expected.find(error.first);
    return other != expected.end() && other->second == error.second;
  });
  std::cout << "modifying calls with the errno of a read-only " << kind << ": " << equal << " of "
            << expected.size() << "\n";
}

TEST_F(ReadOnly, the_mount_is_ro_nosuid_nodev_noexec) {
  const Mount mount(source_.path());
  struct statvfs st = {};
  ASSERT_EQ(::statvfs(mount.path().c_str(), &st), 0);
  for (const unsigned long flag : {ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC})
    EXPECT_TRUE(st.f_flag & flag) << flag;
  EXPECT_EQ(mount_type_at(mount.path()), "fuse.checkpointfs");
}

TEST_F(ReadOnly, statfs_tells_the_size_of_what_is_projected_and_the_free_space_of_the_source) {
  const Mount mount(source_.path());
  struct statvfs st = {};
  ASSERT_EQ(::statvfs(mount.path().c_str(), &st), 0);
  struct statvfs source = {};
  ASSERT_EQ(::statvfs(source_.path().c_str(), &source), 0);
  EXPECT_EQ(st.f_blocks - st.f_bfree, 1U);
  EXPECT_EQ(st.f_bavail, st.f_bfree);
  // Other programs write meanwhile.
  constexpr double kMeanwhile = 1 << 30;
  EXPECT_NEAR(static_cast<double>(st.f_bavail * st.f_frsize),
              static_cast<double>(source.f_bavail * source.f_frsize), kMeanwhile);
  EXPECT_EQ(st.f_ffree == 0, source.f_favail == 0);
  EXPECT_GE(st.f_files, st.f_ffree == 0 ? 0 : st.f_ffree + 2);
  EXPECT_EQ(st.f_namemax, 255U);
  EXPECT_EQ(run({"df", mount.path()}).code, 0);
}

TEST_F(ReadOnly, options_that_would_open_it_up_are_refused) {
  const TempDirectory empty;
  for (const char* option : {"rw", "suid", "dev", "exec"}) {
    const RunResult result =
        checkpointfs({"mount", "--index", empty / "../index.db", "-o", option, source_.path(), empty.path()});
    EXPECT_EQ(result.code, 2) << option << ": " << result;
    EXPECT_EQ(mount_type_at(empty.path()), "");
    detach(empty.path());
  }
}

TEST_F(ReadOnly, a_user_cannot_see_a_mount_of_root_without_allow_other) {
  NEEDS_ROOT("become another user");
  NEEDS_PROGRAM("setpriv");
  const auto as_nobody = [](const std::string& path) {
    return run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", path}).code;
  };
  TempDirectory place;
  stdfs::permissions(place.path(), stdfs::perms(0755));
  stdfs::create_directory(place / "mnt");
  {
    const Mount mount({{source_.path()}, {}, {}, place / "mnt"});
    EXPECT_NE(as_nobody(mount / "job/chk-1"), 0);
  }
  // Files in a closed directory are closed in the mount too.
  stdfs::permissions(stdfs::path(source_.path()).parent_path(), stdfs::perms(0755));
  const Mount mount({{source_.path()}, {"-o", "allow_other"}, {}, place / "mnt"});
  EXPECT_EQ(as_nobody(mount / "job/chk-1"), 0);
}

TEST_F(ReadOnly, modes_of_the_state_files_hold_with_allow_other) {
  NEEDS_ROOT("become another user");
  NEEDS_PROGRAM("setpriv");
  stdfs::permissions(source_ / "job/shared/file", stdfs::perms(0600));
  TempDirectory place;
  stdfs::permissions(place.path(), stdfs::perms(0755));
  stdfs::create_directory(place / "mnt");
  // Files in a closed directory are closed in the mount too.
  stdfs::permissions(stdfs::path(source_.path()).parent_path(), stdfs::perms(0755));
  const Mount mount({{source_.path()}, {"-o", "allow_other"}, {}, place / "mnt"});
  const std::vector<std::string> as_nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                              "cat"};
  const auto cat = [&](const std::string& path) {
    std::vector<std::string> argv = as_nobody;
    argv.push_back(path);
    return run(argv).code;
  };
  EXPECT_EQ(cat(mount / "job/chk-1/_metadata"), 0);
  EXPECT_NE(cat(mount / "job/chk-1/file"), 0) << "a file of mode 0600 can be read by anybody";
}

}  // namespace
}  // namespace checkpointfs::test
