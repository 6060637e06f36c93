// SPDX-License-Identifier: Apache-2.0
// The unit and lines of fstab, with systemd as PID 1.
#include "booted.h"
#include "eventually.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kBootedSoon{20'000};

constexpr char kFileSystem[] = "fuse.checkpointfs";

const std::map<std::string, std::string> kEtc = {
    {"checkpointfs/one.conf", "SOURCES=@SOURCE@\nMOUNTPOINT=/mnt/one\nOPTIONS=--poll 0 --log-level info\n"},
    {"checkpointfs/two.conf",
     "SOURCES='\"/mnt/old jobs\"'\nMOUNTPOINT=/mnt/two\nOPTIONS=-o drop_privileges\n"},
    {"checkpointfs/few.conf",
     "SOURCES=@SOURCE@\nMOUNTPOINT=/mnt/few\nOPTIONS=-o release=force-newest,pin-on-open=1\n"},
    {"checkpointfs/more.conf",
     "SOURCES=@SOURCE@\nMOUNTPOINT=/mnt/more\nOPTIONS=-o release=force-newest,pin-on-open=1\n"},
    // The example of checkpointfs-mount(1).
    {"systemd/system/checkpointfs@more.service.d/more.conf",
     "[Service]\nCapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_FOWNER CAP_CHOWN\n"
     "CapabilityBoundingSet=CAP_SYS_PTRACE\n"},
    {"checkpointfs/wrong.conf", "SOURCES=/no/such/directory\nMOUNTPOINT=/mnt/wrong\n"},
    {"fstab",
     "@SOURCE@  /mnt/auto  checkpointfs  ro,allow_other,noauto,x-systemd.automount  0 0\n"
     "@SOURCE@  /mnt/fuse  fuse.checkpointfs  "
     "noauto,ro,nosuid,nodev,noexec,default_permissions,drop_privileges,io=plain  0 0\n"
     "@SOURCE@  /mnt/net  checkpointfs  noauto,_netdev,log=journal,log-level=info  0 0\n"},
    // The unit waits for longer, which is not what is tested, and does not let leaks be looked for.
    {"systemd/system/checkpointfs@.service.d/test.conf",
     "[Service]\nRestartSec=100ms\nEnvironment=ASAN_OPTIONS=detect_leaks=0\n"},
};

class Systemd : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_ROOT("boot systemd");
    if (!booted_) {
      storage_.emplace();
      storage_->add_snapshot("job/chk-1", {storage_->add("job/shared/file", "content")});
      booted_.emplace(*storage_, kEtc);
    }
    if (!booted_->why_not().empty()) GTEST_SKIP() << booted_->why_not();
    booted_->run({"mkdir", "-p", "/mnt/one", "/mnt/two", "/mnt/few", "/mnt/more", "/mnt/wrong", "/mnt/fuse",
                  "/mnt/net"});
  }
  void TearDown() override {
    if (booted_ && booted_->why_not().empty())
      booted_->run({"systemctl", "stop", kService, "mnt-auto.mount", "mnt-net.mount"});
    MountTest::TearDown();
  }
  static void TearDownTestSuite() {
    booted_.reset();
    storage_.reset();
  }

  static constexpr char kService[] = "checkpointfs@one.service";

  std::string property(const std::string& name, const std::string& unit = kService) const {
    return booted_->systemctl({"show", "--property", name, "--value", unit});
  }
  std::string content(const std::string& mount_point) const {
    return booted_->run({"cat", mount_point + "/job/chk-1/file"}).out;
  }
  void start() const {
    const RunResult started = booted_->run({"systemctl", "start", kService});
    ASSERT_EQ(started.code, 0) << started << booted_->journal({"--unit", kService});
  }
  // The value of `key` in /proc/PID/status.
  static std::string status_of(const std::string& pid, const std::string& key) {
    return booted_->run({"sed", "-n", "s/^" + key + ":\\t*//p", "/proc/" + pid + "/status"}).out;
  }
  std::string status_of_main(const std::string& key, const std::string& unit = kService) const {
    return status_of(property("MainPID", unit), key);
  }
  static uint64_t all_capabilities() { return std::stoull(status_of("1", "CapBnd"), nullptr, 16); }

  static std::optional<Handmade> storage_;
  static std::optional<Booted> booted_;
};

std::optional<Handmade> Systemd::storage_;
std::optional<Booted> Systemd::booted_;

TEST_F(Systemd, service_is_started_when_its_mount_answers_and_has_few_privileges) {
  start();
  EXPECT_EQ(content("/mnt/one"), "content") << "the very next process sees it";
  EXPECT_EQ(property("ActiveState"), "active");
  EXPECT_EQ(booted_->mounted_at("/mnt/one"), kFileSystem);
  EXPECT_EQ(status_of_main("NoNewPrivs"), "1\n");
  EXPECT_EQ(status_of_main("Seccomp"), "2\n");
  // The capabilities of the unit, as far as this machine has them: dac_read_search, setpcap, sys_admin.
  EXPECT_EQ(std::stoull(status_of_main("CapEff"), nullptr, 16), all_capabilities() & 0x200104);
}

TEST_F(Systemd, service_can_drop_all_privileges_and_have_a_source_with_a_space) {
  booted_->run({"ln", "-s", storage_->path(), "/mnt/old jobs"});
  const std::string unit = "checkpointfs@two.service";
  const RunResult started = booted_->run({"systemctl", "start", unit});
  ASSERT_EQ(started.code, 0) << started << booted_->journal({"--unit", unit});
  EXPECT_EQ(content("/mnt/two"), "content");
  EXPECT_EQ(status_of_main("CapPrm", unit), "0000000000000000\n");
  EXPECT_EQ(booted_->run({"systemctl", "stop", unit}).code, 0);
  EXPECT_EQ(booted_->mounted_at("/mnt/two"), "");
  const std::string last = booted_->journal({"--unit", unit, "--lines", "2"});
  EXPECT_NE(last.find("Deactivated successfully"), std::string::npos) << last;
}

TEST_F(Systemd, service_needs_the_privileges_of_the_manual_for_release_and_pin_on_open) {
  if ((all_capabilities() & 0x80000) == 0) GTEST_SKIP() << "root has no CAP_SYS_PTRACE here";
  storage_->add_snapshot("job/chk-5", {storage_->add("job/shared/fifth", "5")});
  storage_->add_snapshot("job/chk-6", {storage_->add("job/shared/sixth", "6")});
  ASSERT_EQ(run({"chown", "-R", "1000:1000", storage_->path()}).code, 0);
  for (const std::string name : {"few", "more"}) {
    const bool has_more = name == "more";
    const std::string unit = "checkpointfs@" + name + ".service";
    ASSERT_EQ(booted_->run({"systemctl", "start", unit}).code, 0) << booted_->journal({"--unit", unit});
    const RunResult removed = booted_->run({"rm", "-r", "/mnt/" + name + "/job/chk-6"});
    EXPECT_EQ(removed.code == 0, has_more) << removed;
    EXPECT_EQ(stdfs::exists(*storage_ / "job/chk-6/_metadata"), !has_more);
    // Longer than the grace period.
    const RunResult inside = booted_->run(
        {"sh", "-c",
         "cd /mnt/" + name + "/job/chk-5 && sleep 2.2 && cat /mnt/" + name + "/.checkpointfs/status"});
    EXPECT_EQ(inside.out.find("{\"snapshot\":\"job/chk-5\"") != std::string::npos, has_more) << inside;
    EXPECT_EQ(booted_->run({"systemctl", "stop", unit}).code, 0);
  }
}

TEST_F(Systemd, stopped_service_has_unmounted_and_succeeded) {
  start();
  EXPECT_EQ(booted_->run({"systemctl", "stop", kService}).code, 0);
  EXPECT_EQ(booted_->mounted_at("/mnt/one"), "");
  const std::string last = booted_->journal({"--unit", kService, "--lines", "2"});
  EXPECT_NE(last.find("Deactivated successfully"), std::string::npos) << last;
}

TEST_F(Systemd, reload_has_the_service_look_again) {
  start();
  storage_->add_snapshot("job/chk-2", {storage_->add("job/shared/other", "more")});
  const auto sees = [&] { return booted_->run({"cat", "/mnt/one/job/chk-2/other"}).out == "more"; };
  EXPECT_FALSE(sees());
  EXPECT_EQ(booted_->run({"systemctl", "reload", kService}).code, 0);
  EXPECT_TRUE(within(kBootedSoon, sees));
  EXPECT_EQ(property("ActiveState"), "active");
}

TEST_F(Systemd, killed_service_is_restarted_and_its_dead_mount_replaced) {
  start();
  const std::string killed = property("MainPID");
  ASSERT_EQ(booted_->run({"kill", "-KILL", killed}).code, 0);
  EXPECT_TRUE(within(kBootedSoon, [&] { return content("/mnt/one") == "content"; }));
  EXPECT_TRUE(within(kBootedSoon, [&] { return property("ActiveState") == "active"; }));
  EXPECT_NE(property("MainPID"), killed);
  EXPECT_EQ(booted_->mounted_at("/mnt/one"), kFileSystem) << "one mount, not a stack of them";
  const std::string warnings = booted_->journal({"--unit", kService, "--priority", "warning..warning"});
  EXPECT_NE(warnings.find("dead mount at /mnt/one"), std::string::npos) << warnings;
}

TEST_F(Systemd, journal_has_the_priority_of_what_the_service_says) {
  start();
  const std::string said = booted_->journal({"--unit", kService, "--priority", "info..info"});
  EXPECT_NE(said.find("/mnt/one: 1 snapshot"), std::string::npos) << said;
  EXPECT_EQ(booted_->journal({"--unit", kService, "--priority", "err"}), "");

  EXPECT_NE(booted_->run({"systemctl", "start", "checkpointfs@wrong"}).code, 0);
  const std::string errors = booted_->journal({"--unit", "checkpointfs@wrong", "--priority", "err..err"});
  EXPECT_NE(errors.find("/no/such/directory"), std::string::npos) << errors;
  EXPECT_EQ(booted_->run({"systemctl", "stop", "checkpointfs@wrong"}).code, 0);
}

TEST_F(Systemd, automount_of_fstab_mounts_at_the_first_access) {
  if (booted_->run({"test", "-e", "/dev/autofs"}).code != 0) GTEST_SKIP() << "there is no /dev/autofs";
  EXPECT_EQ(booted_->mounted_at("/mnt/auto"), "autofs");
  EXPECT_EQ(property("ActiveState", "mnt-auto.mount"), "inactive");
  EXPECT_EQ(booted_->run({"ls", "/mnt/auto"}).out, "job\n");
  EXPECT_EQ(booted_->mounted_at("/mnt/auto"), std::string("autofs ") + kFileSystem);
  EXPECT_EQ(content("/mnt/auto"), "content");
  EXPECT_EQ(booted_->run({"umount", "/mnt/auto"}).code, 0);
  EXPECT_EQ(booted_->mounted_at("/mnt/auto"), "autofs");
  EXPECT_EQ(content("/mnt/auto"), "content") << "and at the next";
}

TEST_F(Systemd, fstab_with_netdev_waits_for_the_network_and_can_log_to_the_journal) {
  const std::string unit = "mnt-net.mount";
  EXPECT_NE(property("After", unit).find("remote-fs-pre.target"), std::string::npos);
  EXPECT_NE(property("After", unit).find("network-online.target"), std::string::npos);
  EXPECT_EQ(property("Wants", unit), "network-online.target");
  const RunResult mounted = booted_->run({"mount", "/mnt/net"});
  ASSERT_EQ(mounted.code, 0) << mounted;
  EXPECT_EQ(content("/mnt/net"), "content");
  const std::string said = booted_->journal({"--identifier", "checkpointfs", "--priority", "info..info"});
  EXPECT_NE(said.find("/mnt/net: "), std::string::npos) << said;
  EXPECT_EQ(booted_->run({"umount", "/mnt/net"}).code, 0);
  EXPECT_EQ(booted_->mounted_at("/mnt/net"), "");
  EXPECT_TRUE(within(kBootedSoon, [&] { return property("ActiveState", unit) == "inactive"; }));

  EXPECT_EQ(booted_->run({"systemctl", "start", unit}).code, 0);
  EXPECT_EQ(content("/mnt/net"), "content");
  EXPECT_EQ(booted_->run({"systemctl", "stop", unit}).code, 0);
  EXPECT_EQ(booted_->mounted_at("/mnt/net"), "");
}

TEST_F(Systemd, fstab_may_have_mount_fuse3_mount_and_drop_the_privileges) {
  NEEDS_PROGRAM("mount.fuse3");
  const RunResult mounted = booted_->run({"mount", "/mnt/fuse"});
  ASSERT_EQ(mounted.code, 0) << mounted;
  EXPECT_EQ(content("/mnt/fuse"), "content");
  EXPECT_EQ(booted_->mounted_at("/mnt/fuse"), kFileSystem);
  const std::string pid = booted_->run({"pgrep", "-f", "/dev/fd/"}).out;
  EXPECT_EQ(status_of(pid.substr(0, pid.find('\n')), "CapPrm"), "0000000000000000\n");
  EXPECT_EQ(booted_->run({"umount", "/mnt/fuse"}).code, 0);
}

TEST_F(Systemd, shutdown_does_not_wait_for_mounts) {
  start();
  ASSERT_EQ(booted_->run({"systemctl", "start", "mnt-net.mount"}).code, 0);
  booted_->run({"systemctl", "--no-block", "poweroff"});
  EXPECT_TRUE(booted_->ends_within(kBootedSoon));
  booted_.reset();
}

}  // namespace
}  // namespace checkpointfs::test
