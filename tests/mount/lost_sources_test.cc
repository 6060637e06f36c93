// SPDX-License-Identifier: Apache-2.0
// Sources that are moved, replaced, unmounted or mounted over while they are shown.
#include <sys/mount.h>

#include <csignal>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class LostSources : public MountTest {
 protected:
  LostSources() { source_.add_snapshot("job/chk-1", {source_.add("job/shared/a", "aaa")}); }

  // Told by the status, the metrics and the log.
  static bool is_lost(const Mount& mount) {
    return read_file(mount / ".checkpointfs/status").find("\"lost_sources\":[]") == std::string::npos;
  }
  // The first look at everything has ended.
  static void settle(const Mount& mount) {
    EXPECT_TRUE(within(5 * kShownSoon, [&] {
      const std::string status = read_file(mount / ".checkpointfs/status");
      return status.find("\"scans\":0") == std::string::npos &&
             status.find("\"behind_seconds\":0E0") != std::string::npos;
    }));
  }
  void expect_lost(const Mount& mount) const {
    ASSERT_TRUE(within(kShownSoon, [&] { return is_lost(mount); })) << read_file(mount.log());
    EXPECT_NE(read_file(mount / ".checkpointfs/metrics")
                  .find("checkpointfs_source_lost{source=\"" + source_.path() + "\"} 1"),
              std::string::npos);
    EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/a")) << "what is not there now is not gone";
    EXPECT_EQ(read_errno(mount / "job/chk-1/a"), EIO);
    ASSERT_EQ(::kill(mount.pid(), SIGUSR1), 0);
    std::this_thread::sleep_for(Milliseconds(200));
    EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/a")) << read_file(mount.log());
  }
  static void expect_back(const Mount& mount) {
    EXPECT_TRUE(within(3 * kShownSoon, [&] {
      return !is_lost(mount) && read_errno(mount / "job/chk-1/a") == 0;
    })) << read_file(mount.log());
    EXPECT_EQ(read_file(mount / "job/chk-1/a"), "aaa");
    EXPECT_EQ(xattr(mount / "job/chk-1", "user.checkpointfs.status"), "ok");
  }

  const Handmade source_;
};

TEST_F(LostSources, that_are_moved_are_told_and_heal_when_they_are_back) {
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  settle(mount);
  stdfs::rename(source_.path(), source_.outside("elsewhere"));
  expect_lost(mount);
  stdfs::rename(source_.outside("elsewhere"), source_.path());
  expect_back(mount);
}

TEST_F(LostSources, that_are_replaced_are_told_and_neither_is_read) {
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  settle(mount);
  stdfs::rename(source_.path(), source_.outside("before"));
  stdfs::create_directory(source_.path());
  source_.add_snapshot("job/chk-1", {source_.add("job/shared/a", "of another")});
  expect_lost(mount);
  stdfs::rename(source_.path(), source_.outside("other"));
  stdfs::rename(source_.outside("before"), source_.path());
  expect_back(mount);
}

TEST_F(LostSources, that_are_mounted_over_are_told_and_heal_when_that_is_unmounted) {
  NEEDS_ROOT("mount");
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  settle(mount);
  ASSERT_EQ(::mount("none", source_.path().c_str(), "tmpfs", 0, nullptr), 0);
  expect_lost(mount);
  detach(source_.path());
  expect_back(mount);
}

TEST_F(LostSources, that_are_unmounted_are_not_taken_for_empty) {
  NEEDS_ROOT("mount");
  const std::string real = source_.outside("real");
  stdfs::rename(source_.path(), real);
  stdfs::create_directory(source_.path());
  ASSERT_EQ(::mount(real.c_str(), source_.path().c_str(), nullptr, MS_BIND, nullptr), 0);
  {
    const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
    settle(mount);
    detach(source_.path());
    expect_lost(mount);
    ASSERT_EQ(::mount(real.c_str(), source_.path().c_str(), nullptr, MS_BIND, nullptr), 0);
    expect_back(mount);
  }
  detach(source_.path());
}

TEST_F(LostSources, of_which_a_job_is_mounted_over_lose_no_snapshot) {
  NEEDS_ROOT("mount");
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  settle(mount);
  ASSERT_EQ(::mount("none", (source_ / "job").c_str(), "tmpfs", 0, nullptr), 0);
  expect_lost(mount);
  detach(source_ / "job");
  expect_back(mount);
}

TEST_F(LostSources, are_no_matter_of_mounts_elsewhere_below_them) {
  NEEDS_ROOT("mount");
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  settle(mount);
  stdfs::create_directory(source_ / "other");
  ASSERT_EQ(::mount("none", (source_ / "other").c_str(), "tmpfs", 0, nullptr), 0);
  std::this_thread::sleep_for(Milliseconds(300));
  EXPECT_FALSE(is_lost(mount)) << read_file(mount.log());
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "aaa");
  detach(source_ / "other");
  std::this_thread::sleep_for(Milliseconds(300));
  EXPECT_FALSE(is_lost(mount)) << read_file(mount.log());
}

TEST_F(LostSources, keep_no_other_source_from_being_followed) {
  const Handmade other;
  other.add_snapshot("chk-7", {other.add("shared/b", "b")});
  const Mount mount(
      {{}, {"--source", "A=" + source_.path(), "--source", "B=" + other.path(), "-o", "io=hybrid"}});
  settle(mount);
  stdfs::rename(source_.path(), source_.outside("elsewhere"));
  ASSERT_TRUE(within(kShownSoon, [&] { return is_lost(mount); })) << read_file(mount.log());
  EXPECT_EQ(read_errno(mount / "A/job/chk-1/a"), EIO);
  EXPECT_EQ(read_file(mount / "B/chk-7/b"), "b");
  other.add_snapshot("chk-8", {other.add("shared/c", "c")});
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "B/chk-8/c"); }))
      << read_file(mount.log());
  stdfs::rename(source_.outside("elsewhere"), source_.path());
  EXPECT_TRUE(within(3 * kShownSoon, [&] { return read_errno(mount / "A/job/chk-1/a") == 0; }))
      << read_file(mount.log());
}

TEST_F(LostSources, let_nothing_be_released) {
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/b", "b")});
  const Mount mount({{source_.path()}, {"-o", "release,release-grace=0"}});
  stdfs::rename(source_.path(), source_.outside("elsewhere"));
  ASSERT_TRUE(within(kShownSoon, [&] { return is_lost(mount); })) << read_file(mount.log());
  EXPECT_EQ(::unlink((mount / "job/chk-1/_metadata").c_str()), -1);
  EXPECT_EQ(errno, EBUSY);
  EXPECT_TRUE(stdfs::exists(source_.outside("elsewhere/job/chk-1/_metadata")));
}

TEST_F(LostSources, never_are_the_same_directory_twice) {
  NEEDS_ROOT("mount");
  const TempDirectory own;
  stdfs::create_directory(own / "again");
  for (const std::string& part : {std::string(), std::string("/job")}) {
    ASSERT_EQ(::mount((source_.path() + part).c_str(), (own / "again").c_str(), nullptr, MS_BIND, nullptr),
              0);
    try {
      const Mount mount(MountSpec{{source_.path(), own / "again"}});
      ADD_FAILURE() << "it is two sources" << part;
    } catch (const std::runtime_error& e) {
      EXPECT_NE(std::string(e.what()).find("bind mount: give only"), std::string::npos) << e.what();
    }
    detach(own / "again");
  }
}

}  // namespace
}  // namespace checkpointfs::test
