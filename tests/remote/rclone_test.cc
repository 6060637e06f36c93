// SPDX-License-Identifier: Apache-2.0
// Buckets that checkpointfs mounts by itself.
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "stores.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kSoon{20'000};
constexpr const char* kSource = "rclone:GW:bucket/flink";

class Rclone : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    if (const std::string reason = missing_for("rclone"); !reason.empty()) GTEST_SKIP() << reason;
    stdfs::create_directories(own_ / "s3/bucket");
    add("chk-1", "a", "first");
    server_ = std::make_unique<S3Server>(own_ / "s3");
    name_server_to_rclone(*server_);
  }

  void add(const std::string& snapshot, const std::string& name, const std::string& bytes) const {
    write_file(own_ / ("s3/bucket/flink/job/shared/" + name), bytes);
    write_file(
        own_ / ("s3/bucket/flink/job/" + snapshot + "/_metadata"),
        metadata_of({file("s3a://bucket/flink/job/shared/" + name, static_cast<int64_t>(bytes.size()))}));
  }
  // The processes of rclone that mount there.
  std::vector<pid_t> rclones() const {
    std::vector<pid_t> found;
    for (const std::string& name : names_in("/proc")) {
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream file("/proc/" + name + "/cmdline");
      const std::string line((std::istreambuf_iterator<char>(file)), {});
      if (line.starts_with("rclone") && line.find(mounts_.path()) != std::string::npos)
        found.push_back(std::stoi(name));
    }
    return found;
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(within(kSoon, [&] { return mounts_.mount_points().empty() && rclones().empty(); }))
        << mounts_.mount_points().size() << " mounts, " << rclones().size() << " processes";
  }

  const RcloneMounts mounts_;
  const TempDirectory own_;
  std::unique_ptr<S3Server> server_;
};

TEST_F(Rclone, bucket_is_mounted_by_one_command_and_unmounted_by_one) {
  {
    Mount mount{std::string(kSource)};
    EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first") << "the URIs of the bucket are mapped";
    EXPECT_NE(mount.said().out.find("s3://bucket/flink="), std::string::npos) << mount.said();
    EXPECT_NE(read_file(mount / ".checkpointfs/status").find("\"state\":\"mounted\""), std::string::npos);
    ASSERT_EQ(mounts_.mount_points().size(), 1u);
    EXPECT_EQ(stat_of(stdfs::path(mounts_.mount_points().front()).parent_path()).st_mode & 07777, 0700u);
    add("chk-2", "b", "second");
    EXPECT_TRUE(within(kSoon, [&] { return stdfs::exists(mount / "job/chk-2/b"); }));
    mount.unmount();
  }
  expect_nothing_left();
}

TEST_F(Rclone, named_bucket_is_shown_beside_other_sources) {
  const Handmade other;
  other.add_snapshot("chk-7", {other.add("shared/x", "local")});
  const Mount mount(MountSpec{{other.path()}, {"--source", std::string("cloud=") + kSource}});
  EXPECT_EQ(read_file(mount / "cloud/job/chk-1/a"), "first");
  EXPECT_EQ(read_file(mount / "source/chk-7/x"), "local");
}

TEST_F(Rclone, index_is_named_by_the_bucket_and_found_again) {
  std::string path;
  for (int i = 0; i < 2; ++i) {
    stdfs::create_directories(own_ / "mnt");
    const RunResult result = checkpointfs({"mount", kSource, own_ / "mnt"});
    ASSERT_EQ(result.code, 0) << result;
    const std::string index = read_file(own_ / "mnt/.checkpointfs/index/path");
    EXPECT_TRUE(stdfs::path(index).filename().string().starts_with("flink-")) << index;
    EXPECT_TRUE(path.empty() || path == index);
    path = index;
    EXPECT_EQ(checkpointfs({"umount", own_ / "mnt"}).code, 0);
    // Elsewhere, as after a login.
    stdfs::create_directories(mounts_.path() + "/other");
    stdfs::permissions(mounts_.path() + "/other", stdfs::perms::owner_all);
    ::setenv("RUNTIME_DIRECTORY", (mounts_.path() + "/other").c_str(), 1);
  }
  expect_nothing_left();
}

TEST_F(Rclone, that_dies_is_started_again) {
  for (const char* mode : {"io=hybrid", "io=push"}) {
    const Mount mount({{kSource}, {"-o", mode}});
    ASSERT_EQ(rclones().size(), 1u);
    ::kill(rclones().front(), SIGKILL);
    ASSERT_TRUE(within(kSoon, [&] {
      return read_file(mount / ".checkpointfs/status").find("\"restarts\":1") != std::string::npos;
    })) << read_file(mount / ".checkpointfs/status");
    EXPECT_NE(read_file(mount.log()).find("rclone ended"), std::string::npos) << read_file(mount.log());
    EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/_metadata")) << "what is shown stays meanwhile";
    EXPECT_TRUE(within(kSoon, [&] { return read_errno(mount / "job/chk-1/a") == 0; })) << mode;
    EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first");
    EXPECT_TRUE(
        within(kSoon, [&] { return xattr(mount / "job/chk-1", "user.checkpointfs.status") == "ok"; }));
  }
  expect_nothing_left();
}

TEST_F(Rclone, ends_with_a_mount_that_is_killed_and_the_next_one_clears_up) {
  auto killed = std::make_unique<Mount>(std::string(kSource));
  ASSERT_EQ(rclones().size(), 1u);
  // A stopped rclone leaves its mount behind.
  ::kill(rclones().front(), SIGSTOP);
  ::kill(killed->pid(), SIGKILL);
  ASSERT_TRUE(ends_within(killed->pid(), kSoon));
  killed->expect_gone();
  const std::string mount_point = killed->path();
  for (const pid_t pid : rclones()) ::kill(pid, SIGKILL);
  EXPECT_TRUE(within(kSoon, [&] { return rclones().empty(); }));
  EXPECT_EQ(mounts_.mount_points().size(), 1u) << "else nothing is tried";

  Mount next{std::string(kSource)};
  EXPECT_EQ(read_file(next / "job/chk-1/a"), "first");
  EXPECT_EQ(mounts_.mount_points().size(), 1u);
  killed.reset();
  ::kill(next.pid(), SIGKILL);
  next.expect_gone();
  EXPECT_TRUE(within(kSoon, [&] { return rclones().empty(); })) << "it is sent a signal when its parent dies";
  detach(next.path());
  for (const std::string& path : mounts_.mount_points()) detach(path);
}

TEST_F(Rclone, that_is_down_takes_no_snapshot_away) {
  const Mount mount({{kSource}, {"--poll", "1"}});
  server_.reset();  // rclone cannot be started again as it should be, and lists nothing
  ::kill(rclones().front(), SIGKILL);
  std::this_thread::sleep_for(Milliseconds(3'000));
  EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/_metadata"));
  EXPECT_EQ(names_in(mount / "job"), std::vector<std::string>{"chk-1"});
}

TEST_F(Rclone, remotes_that_are_not_there_are_refused_with_what_rclone_says) {
  stdfs::create_directory(own_ / "mnt");
  const RunResult unknown = checkpointfs({"mount", "rclone:NOBODY:bucket/flink", own_ / "mnt"});
  EXPECT_EQ(unknown.code, 3) << unknown;
  EXPECT_NE(unknown.err.find("NOBODY"), std::string::npos) << unknown;
  EXPECT_EQ(checkpointfs({"mount", "rclone:GW:", own_ / "mnt"}).code, 2);
  EXPECT_EQ(checkpointfs({"mount", "rclone:GW", own_ / "mnt"}).code, 2);
}

TEST_F(Rclone, one_mount_shares_the_rclone_of_another_and_outlives_it) {
  Mount first{std::string(kSource)};
  Mount second{std::string(kSource)};
  EXPECT_EQ(rclones().size(), 1u);
  EXPECT_EQ(read_file(second / "job/chk-1/a"), "first");
  first.unmount();
  EXPECT_TRUE(
      within(kSoon, [&] { return rclones().size() == 1 && read_errno(second / "job/chk-1/a") == 0; }));
  add("chk-2", "b", "second");
  EXPECT_TRUE(within(kSoon, [&] { return stdfs::exists(second / "job/chk-2/b"); }));
  second.unmount();
  expect_nothing_left();
}

TEST_F(Rclone, every_command_takes_a_bucket_with_a_mount_and_without) {
  const std::string snapshot = std::string(kSource) + "/job/chk-1";
  const auto ask = [&] {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"list", kSource},
                                               {"verify", kSource},
                                               {"du", kSource},
                                               {"index", kSource},
                                               {"show", "--source", kSource, "job/chk-1"},
                                               {"show", "--source", kSource, snapshot},
                                               {"gc", "--source", kSource}}) {
      const RunResult result = checkpointfs(command);
      EXPECT_EQ(result.code, 0) << command.front() << result;
    }
  };
  ask();
  expect_nothing_left();
  const Mount mount{std::string(kSource)};
  ask();
  const RunResult shown = checkpointfs({"show", snapshot});
  EXPECT_EQ(shown.code, 0) << shown;
  EXPECT_EQ(rclones().size(), 1u);
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first") << "the commands have left the mount alone";
}

TEST_F(Rclone, that_is_not_mounted_is_reported_with_what_to_do) {
  Mount mount{std::string(kSource)};
  std::string index = read_file(mount / ".checkpointfs/index/path");
  mount.unmount();
  if (index.ends_with('\n')) index.pop_back();
  const RunResult shown = checkpointfs({"show", "--index", index, "job/chk-1"});
  EXPECT_EQ(shown.code, 3) << shown;
  EXPECT_NE(shown.err.find(std::string(kSource) + " is not mounted; name the store itself"),
            std::string::npos)
      << shown;
}

}  // namespace
}  // namespace checkpointfs::test
