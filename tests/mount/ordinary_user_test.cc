// SPDX-License-Identifier: Apache-2.0
// Mounts of a user without privileges: by fusermount3, and of storage of somebody else.
#include <unistd.h>

#include "booted.h"
#include "eventually.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kMountedSoon{20'000};
constexpr char kMountPoint[] = "/home/user/mnt";
constexpr uid_t kUser = 1000;

class OrdinaryUser : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_ROOT("become another user");
    NEEDS_PROGRAM("fusermount3");
    if (!booted_) {
      storage_.emplace();
      stdfs::permissions(stdfs::path(storage_->path()).parent_path(), stdfs::perms{0755});
      storage_->add_snapshot("job/chk-1", {storage_->add("job/shared/file", "content")});
      booted_.emplace(*storage_, std::map<std::string, std::string>{{"fuse.conf", ""}});
    }
    if (!booted_->why_not().empty()) GTEST_SKIP() << booted_->why_not();
    as_user({"mkdir", "-p", kMountPoint});
  }
  void TearDown() override {
    if (booted_ && booted_->why_not().empty()) booted_->run({"umount", "--quiet", "--lazy", kMountPoint});
    MountTest::TearDown();
  }
  static void TearDownTestSuite() {
    booted_.reset();
    storage_.reset();
  }

  static RunResult as_user(const std::vector<std::string>& argv) {
    std::vector<std::string> words = {"setpriv",        "--reuid=1000", "--regid=1000",
                                      "--clear-groups", "env",          "HOME=/home/user"};
    words.insert(words.end(), argv.begin(), argv.end());
    return booted_->run(words);
  }
  static RunResult mount(const std::vector<std::string>& options = {}) {
    std::vector<std::string> words = {"checkpointfs", "mount"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {storage_->path(), kMountPoint});
    return as_user(words);
  }
  static std::string content(const std::string& name) {
    return as_user({"cat", std::string(kMountPoint) + "/" + name}).out;
  }
  static RunResult pin(bool by_user, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"checkpointfs", "pin", "--source", storage_->path(),
                                      storage_->path() + "/job/chk-1"};
    words.insert(words.end(), more.begin(), more.end());
    return by_user ? as_user(words) : booted_->run(words);
  }
  // Makes what the storage consists of the user's own, but for its files.
  static void give_directories() {
    for (const auto& entry : stdfs::recursive_directory_iterator(storage_->path())) {
      if (!entry.is_directory()) continue;
      ASSERT_EQ(::chown(entry.path().c_str(), kUser, kUser), 0);
    }
    ASSERT_EQ(::chown(storage_->path().c_str(), kUser, kUser), 0);
  }

  static std::optional<Handmade> storage_;
  static std::optional<Booted> booted_;
};

std::optional<Handmade> OrdinaryUser::storage_;
std::optional<Booted> OrdinaryUser::booted_;

TEST_F(OrdinaryUser, mounts_reads_follows_and_unmounts) {
  const RunResult mounted = mount();
  ASSERT_EQ(mounted.code, 0) << mounted;
  EXPECT_EQ(content("job/chk-1/file"), "content");
  EXPECT_NE(booted_->run({"ls", kMountPoint}).code, 0) << "not even root sees it";
  storage_->add_snapshot("job/chk-2", {storage_->add("job/shared/other", "more")});
  EXPECT_TRUE(within(kMountedSoon, [] { return content("job/chk-2/other") == "more"; }));
  const RunResult unmounted = as_user({"checkpointfs", "umount", kMountPoint});
  EXPECT_EQ(unmounted.code, 0) << unmounted;
  EXPECT_EQ(booted_->mounted_at(kMountPoint), "");
}

TEST_F(OrdinaryUser, unmounts_by_a_signal_and_what_a_killed_process_left) {
  for (const char* signal : {"-TERM", "-INT", "-KILL"}) {
    ASSERT_EQ(mount().code, 0) << signal;
    const std::string status = content(".checkpointfs/status");
    const size_t at = status.find("\"pid\":");
    ASSERT_NE(at, std::string::npos) << status;
    const std::string pid = std::to_string(std::stoi(status.substr(at + 6)));
    EXPECT_EQ(as_user({"kill", signal, pid}).code, 0);
    EXPECT_TRUE(within(kMountedSoon, [&] { return booted_->run({"test", "-e", "/proc/" + pid}).code != 0; }));
    EXPECT_EQ(booted_->mounted_at(kMountPoint) == "", std::string(signal) != "-KILL") << signal;
  }
  const RunResult mounted = mount();
  EXPECT_EQ(mounted.code, 0) << mounted;
  EXPECT_EQ(content("job/chk-1/file"), "content");
  EXPECT_EQ(booted_->mounted_at(kMountPoint), "fuse.checkpointfs") << "one, not a stack";
}

TEST_F(OrdinaryUser, may_let_others_see_the_mount_only_if_fuse_conf_says_so) {
  const RunResult refused = mount({"-o", "allow_other"});
  EXPECT_EQ(refused.code, 7) << refused;
  EXPECT_NE(refused.err.find("add the line user_allow_other to /etc/fuse.conf"), std::string::npos)
      << refused;
  EXPECT_EQ(booted_->mounted_at(kMountPoint), "");

  booted_->run({"sh", "-c", "echo user_allow_other >/etc/fuse.conf"});
  const RunResult mounted = mount({"-o", "allow_other"});
  booted_->run({"sh", "-c", ": >/etc/fuse.conf"});
  EXPECT_EQ(mounted.code, 0) << mounted;
  EXPECT_EQ(booted_->run({"cat", std::string(kMountPoint) + "/job/chk-1/file"}).out, "content");
}

TEST_F(OrdinaryUser, cannot_drop_privileges) {
  const RunResult refused = mount({"-o", "drop_privileges"});
  EXPECT_EQ(refused.code, 2) << refused;
  EXPECT_EQ(booted_->mounted_at(kMountPoint), "");
}

TEST_F(OrdinaryUser, follows_what_it_may_read_beside_what_it_may_not) {
  const std::string closed = *storage_ / "closed";
  storage_->add_snapshot("closed/chk-1", {storage_->add("closed/shared/file", "content")});
  stdfs::permissions(closed, stdfs::perms::owner_all);
  const RunResult mounted = mount();
  EXPECT_EQ(mounted.code, 0) << mounted;
  EXPECT_NE(mounted.err.find("closed"), std::string::npos) << mounted;
  storage_->add_snapshot("job/chk-3", {storage_->add("job/shared/third", "3")});
  EXPECT_TRUE(within(kMountedSoon, [] { return content("job/chk-3/third") == "3"; }));
  stdfs::permissions(closed, stdfs::perms{0755});
  EXPECT_TRUE(within(kMountedSoon, [] { return content("closed/chk-1/file") == "content"; }));
  // Directories that it may no longer read are kept as they were.
  stdfs::permissions(closed, stdfs::perms::owner_all);
  storage_->add_snapshot("job/chk-4", {storage_->add("job/shared/fourth", "4")});
  EXPECT_TRUE(within(kMountedSoon, [] { return content("job/chk-4/fourth") == "4"; }));
  stdfs::permissions(closed, stdfs::perms{0755});
}

TEST_F(OrdinaryUser, cannot_pin_in_a_source_that_it_may_not_write) {
  const RunResult refused = pin(true, {});
  EXPECT_EQ(refused.code, 1) << refused;
  EXPECT_NE(refused.err.find(storage_->path() + "/.checkpointfs"), std::string::npos) << refused;
  EXPECT_NE(refused.err.find("as a user who may write there"), std::string::npos) << refused;
}

TEST_F(OrdinaryUser, is_told_why_files_of_others_cannot_be_linked_and_may_copy_them) {
  give_directories();
  if (read_file("/proc/sys/fs/protected_hardlinks") != "1\n") GTEST_SKIP() << "hard links are not protected";
  const RunResult refused = pin(true, {"mine"});
  EXPECT_EQ(refused.code, 1) << refused;
  for (const char* word : {"fs.protected_hardlinks", "--copy", "nothing was pinned"})
    EXPECT_NE(refused.err.find(word), std::string::npos) << word << refused;
  EXPECT_EQ(as_user({"checkpointfs", "pins", storage_->path()}).out.find("mine"), std::string::npos);

  const RunResult copied = pin(true, {"mine", "--copy"});
  EXPECT_EQ(copied.code, 0) << copied;
  EXPECT_NE(as_user({"checkpointfs", "pins", storage_->path()}).out.find("mine"), std::string::npos);
  const RunResult unpinned = as_user({"checkpointfs", "unpin", "--source", storage_->path(), "mine"});
  EXPECT_EQ(unpinned.code, 0) << unpinned;
}

TEST_F(OrdinaryUser, cannot_unpin_what_somebody_else_has_pinned) {
  const std::string control = storage_->path() + "/.checkpointfs";
  if (stdfs::exists(control)) {
    // The user made it, and root believes nothing that others can write to.
    const RunResult foreign = pin(false, {"roots"});
    EXPECT_EQ(foreign.code, 11) << foreign;
    stdfs::remove_all(control);
  }
  const RunResult pinned = pin(false, {"roots"});
  ASSERT_EQ(pinned.code, 0) << pinned;
  const RunResult refused = as_user({"checkpointfs", "unpin", "--source", storage_->path(), "roots"});
  EXPECT_EQ(refused.code, 1) << refused;
  EXPECT_NE(refused.err.find("run the command as one of them"), std::string::npos) << refused;
  const RunResult pins = as_user({"checkpointfs", "pins", storage_->path()});
  EXPECT_NE(pins.out.find("roots"), std::string::npos) << pins;
  EXPECT_EQ(booted_->run({"checkpointfs", "unpin", "--source", storage_->path(), "roots"}).code, 0);
}

}  // namespace
}  // namespace checkpointfs::test
