// SPDX-License-Identifier: Apache-2.0
// Mounts whose process has given up its privileges.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kUnmountedSoon{15'000};
constexpr uid_t kSomebody = 65534;

class Privileges : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_ROOT("have privileges that can be given up");
    large_ = pattern(300'000, 7);
    source_.add_snapshot(
        "job/chk-1", {source_.add("job/shared/file", "content"), source_.add("job/shared/large", large_)});
    stdfs::create_directory(mount_point_);
    // The directory in which mount.fuse3 finds the program.
    stdfs::create_directory(source_.outside("bin"));
    stdfs::create_symlink(checkpointfs_command({}).front(), source_.outside("bin/checkpointfs"));
  }
  void TearDown() override {
    detach(mount_point_);
    MountTest::TearDown();
  }

  MountSpec spec(const std::string& more = "") const {
    return {{source_.path()}, {"-o", "drop_privileges" + more}, index_, mount_point_};
  }
  static std::string of_status(pid_t pid, const std::string& key) {
    return run({"sed", "-n", "s/^" + key + ":\t*//p", "/proc/" + std::to_string(pid) + "/status"}).out;
  }
  static void expect_no_privileges(pid_t pid) {
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
      EXPECT_EQ(of_status(pid, set), "0000000000000000\n") << set;
    EXPECT_EQ(of_status(pid, "NoNewPrivs"), "1\n");
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(within(kUnmountedSoon, [&] { return mount_type_at(mount_point_).empty(); }));
    EXPECT_EQ(daemons_left(), std::vector<pid_t>{});
  }
  RunResult by_mount_fuse(const std::string& options) const {
    return run({"env", "PATH=" + source_.outside("bin") + ":" + std::getenv("PATH"),
                "XDG_STATE_HOME=" + source_.outside("state"), "mount.fuse3", "checkpointfs#" + source_.path(),
                mount_point_, "-o", options},
               kUnmountedSoon);
  }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
  const std::string index_ = source_.outside("index.db");
  std::string large_;
};

TEST_F(Privileges, that_were_dropped_are_gone_and_all_can_be_read) {
  for (const char* mode : {",io=hybrid", ",io=push", ",io=plain"}) {
    Mount mount(spec(mode));
    expect_no_privileges(mount.pid());
    EXPECT_EQ(read_file(mount / "job/chk-1/file"), "content");
    EXPECT_TRUE(read_file(mount / "job/chk-1/large") == large_);
    source_.add_snapshot(std::string("job/chk-2") + mode, {source_.add("job/shared/next", "next")});
    EXPECT_TRUE(within(kUnmountedSoon, [&] {
      return stdfs::exists(mount / ("job/chk-2" + std::string(mode)));
    })) << "it follows";
    mount.unmount();
    expect_nothing_left();
  }
}

TEST_F(Privileges, that_were_dropped_are_not_there_for_passthrough_which_status_tells) {
  Mount mount(spec(",io=hybrid"));
  EXPECT_TRUE(read_file(mount / "job/chk-1/large") == large_);
  const std::string status = read_file(mount / ".checkpointfs/status");
  EXPECT_NE(status.find("\"passthrough\":\"off, needs"), std::string::npos) << status;
  mount.unmount();
}

TEST_F(Privileges, that_were_dropped_do_not_open_what_root_may_open) {
  ASSERT_EQ(::chown((source_ / "job/shared/file").c_str(), kSomebody, kSomebody), 0);
  ASSERT_EQ(::chmod((source_ / "job/shared/file").c_str(), 0600), 0);
  Mount mount(spec(",io=plain"));
  EXPECT_EQ(read_errno(mount / "job/chk-1/file"), EIO);
  EXPECT_TRUE(read_file(mount / "job/chk-1/large") == large_);
  mount.unmount();
}

TEST_F(Privileges, that_were_dropped_leave_no_mount_behind_however_the_process_ends) {
  for (const int signal : {SIGTERM, SIGINT, SIGKILL}) {
    Mount mount(spec());
    const base::UniqueFd used(::open((mount / "job/chk-1/file").c_str(), O_RDONLY | O_CLOEXEC));
    mount.expect_gone();
    ::kill(mount.pid(), signal);
    EXPECT_TRUE(ends_within(mount.pid(), kUnmountedSoon)) << signal;
    if (signal != SIGKILL) {
      EXPECT_EQ(mount_type_at(mount_point_), "") << "gone before the process is";
    }
    expect_nothing_left();
  }
}

TEST_F(Privileges, that_were_dropped_leave_no_mount_behind_if_the_start_fails) {
  const Mount other({{source_.path()}, {"--metrics", "127.0.0.1:0"}});
  const std::string status = read_file(other / ".checkpointfs/status");
  const size_t at = status.find("127.0.0.1:");
  ASSERT_NE(at, std::string::npos) << status;
  const std::string address = status.substr(at, status.find('/', at) - at);
  const RunResult result = checkpointfs({"mount", "--index", index_, "-o", "drop_privileges", "--metrics",
                                         address, source_.path(), mount_point_},
                                        kUnmountedSoon);
  EXPECT_NE(result.code, 0) << result;
  EXPECT_NE(result.err.find(address), std::string::npos) << result;
  EXPECT_TRUE(within(kUnmountedSoon, [&] { return mount_type_at(mount_point_).empty(); }));
}

TEST_F(Privileges, cannot_be_dropped_by_who_has_none) {
  const RunResult result = run({"setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--ambient-caps",
                                "-all", checkpointfs_command({}).front(), "mount", "--index", index_, "-o",
                                "drop_privileges", source_.path(), mount_point_},
                               kUnmountedSoon);
  EXPECT_EQ(result.code, 2) << result;
  EXPECT_NE(result.err.find("CAP_SETPCAP"), std::string::npos) << result;
  expect_nothing_left();
}

TEST_F(Privileges, can_be_dropped_by_mount_fuse3_which_mounts) {
  NEEDS_PROGRAM("mount.fuse3");
  const RunResult result = by_mount_fuse("ro,nosuid,nodev,noexec,default_permissions,drop_privileges");
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_NE(result.out.find(mount_point_ + ": 1 snapshot"), std::string::npos) << result;
  const pid_t pid = pid_of_mount(mount_point_);
  expect_no_privileges(pid);
  EXPECT_TRUE(read_file(mount_point_ + "/job/chk-1/large") == large_);
  EXPECT_EQ(run({"umount", mount_point_}).code, 0);
  EXPECT_TRUE(ends_within(pid, kUnmountedSoon));
  expect_nothing_left();
}

TEST_F(Privileges, dropped_by_mount_fuse3_leave_a_dead_mount_that_the_next_replaces) {
  NEEDS_PROGRAM("mount.fuse3");
  ASSERT_EQ(by_mount_fuse("ro,nosuid,nodev,noexec,default_permissions,drop_privileges").code, 0);
  const pid_t pid = pid_of_mount(mount_point_);
  ::kill(pid, SIGTERM);
  EXPECT_TRUE(ends_within(pid, kUnmountedSoon));
  EXPECT_EQ(read_errno(mount_point_ + "/job/chk-1/file"), ENOTCONN);
  Mount next(spec());
  EXPECT_EQ(read_file(next / "job/chk-1/file"), "content");
  next.unmount();
  expect_nothing_left();
}

TEST_F(Privileges, dropped_by_mount_fuse3_take_a_mount_as_ours_are) {
  NEEDS_PROGRAM("mount.fuse3");
  for (const auto& [options, missing] : std::map<std::string, std::string>{
           {"ro,drop_privileges", "nosuid"},
           {"ro,nosuid,nodev,drop_privileges", "noexec"},
           {"ro,nosuid,nodev,noexec,allow_other,drop_privileges", "default_permissions"}}) {
    const RunResult result = by_mount_fuse(options);
    EXPECT_EQ(result.code, 4) << result;
    EXPECT_NE(result.err.find(missing), std::string::npos) << result;
    EXPECT_EQ(read_errno(mount_point_ + "/job/chk-1/file"), ENOTCONN);
    detach(mount_point_);
    expect_nothing_left();
  }
}

TEST_F(Privileges, dropped_by_mount_fuse3_take_its_device_and_no_other_descriptor) {
  const Mount other(source_.path());
  for (const char* place : {"/dev/fd/0", "/dev/fd/77"}) {
    const RunResult result =
        checkpointfs({"mount", "--index", index_, source_.path(), place}, kUnmountedSoon);
    EXPECT_EQ(result.code, 4) << result;
    EXPECT_NE(result.err.find(place), std::string::npos) << result;
  }
}

TEST_F(Privileges, that_are_kept_are_kept_by_mount_fuse3_too) {
  NEEDS_PROGRAM("mount.fuse3");
  const RunResult result = by_mount_fuse("io=plain");
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(read_file(mount_point_ + "/job/chk-1/file"), "content");
  const RunResult mounts = run({"findmnt", "-no", "OPTIONS", mount_point_});
  EXPECT_EQ(mounts.out.find("ro,nosuid,nodev,noexec"), 0) << mounts;
  EXPECT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
  expect_nothing_left();
}

}  // namespace
}  // namespace checkpointfs::test
