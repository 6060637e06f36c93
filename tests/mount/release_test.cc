// SPDX-License-Identifier: Apache-2.0
// Snapshots that are removed from the mount, or moved out of it (-o release).
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "modifying_calls.h"

namespace checkpointfs::test {
namespace {

// chk-1 alone needs `one`, chk-1 and chk-2 `both`, chk-3, the newest, `last`.
class Release : public MountTest {
 protected:
  Release() {
    const std::string own = source_.add("job/chk-1/11111111-1111-1111-1111-111111111111", "own");
    const std::string one = source_.add("job/shared/22222222-2222-2222-2222-222222222222", "one");
    const std::string both = source_.add("job/shared/33333333-3333-3333-3333-333333333333", "both");
    const std::string last = source_.add("job/shared/44444444-4444-4444-4444-444444444444", "last");
    stdfs::create_directory(source_ / "job/taskowned");
    source_.add_snapshot("job/chk-1", {own, one, both});
    source_.add_snapshot("job/chk-2", {both, last});
    source_.add_snapshot("job/chk-3", {last});
  }
  MountSpec spec(const std::string& words = "release,release-grace=0") const {
    return {{source_.path()}, {"-o", words}};
  }
  const Handmade source_;
  const TempDirectory elsewhere_;
};

TEST_F(Release, rm_r_of_a_snapshot_frees_what_only_it_needs) {
  const Mount mount(spec());
  const RunResult removed = run({"rm", "-r", mount / "job/chk-1"});
  EXPECT_EQ(0, removed.code) << removed;
  EXPECT_FALSE(stdfs::exists(mount / "job/chk-1"));
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-1"));
  EXPECT_FALSE(stdfs::exists(source_ / "job/shared/22222222-2222-2222-2222-222222222222"));
  EXPECT_EQ("both", read_file(mount / "job/chk-2/33333333-3333-3333-3333-333333333333"));
  EXPECT_EQ("last", read_file(mount / "job/chk-3/44444444-4444-4444-4444-444444444444"));
}

TEST_F(Release, mv_out_of_the_mount_leaves_behind_what_others_need) {
  const Mount mount(spec());
  const RunResult moved = run({"mv", mount / "job/chk-1", elsewhere_ / "moved"});
  EXPECT_EQ(0, moved.code) << moved;
  EXPECT_EQ("own", read_file(elsewhere_ / "moved/11111111-1111-1111-1111-111111111111"));
  EXPECT_EQ("one", read_file(elsewhere_ / "moved/22222222-2222-2222-2222-222222222222"));
  EXPECT_EQ("both", read_file(elsewhere_ / "moved/33333333-3333-3333-3333-333333333333"));
  EXPECT_FALSE(read_file(elsewhere_ / "moved/_metadata").empty());
  EXPECT_FALSE(stdfs::exists(mount / "job/chk-1"));
  EXPECT_TRUE(stdfs::exists(source_ / "job/shared/33333333-3333-3333-3333-333333333333"));
  EXPECT_FALSE(stdfs::exists(source_ / "job/shared/22222222-2222-2222-2222-222222222222"));
}

TEST_F(Release, the_first_name_takes_the_metadata_away_and_the_others_stay_readable) {
  const Mount mount(spec());
  ASSERT_EQ(0, ::unlink((mount / "job/chk-1/22222222-2222-2222-2222-222222222222").c_str()));
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-1/_metadata"));
  EXPECT_TRUE(stdfs::exists(source_ / "job/shared/22222222-2222-2222-2222-222222222222"))
      << "not before the end";
  // The index has forgotten it meanwhile; rsync --remove-source-files reads on.
  ::sleep(1);
  EXPECT_FALSE(stdfs::exists(mount / "job/chk-1/22222222-2222-2222-2222-222222222222"));
  EXPECT_EQ("own", read_file(mount / "job/chk-1/11111111-1111-1111-1111-111111111111"));
  EXPECT_FALSE(read_file(mount / "job/chk-1/_metadata").empty());
  EXPECT_EQ(ENOTEMPTY, (::rmdir((mount / "job/chk-1").c_str()), errno));
  EXPECT_EQ(0, run({"rm", "-r", mount / "job/chk-1"}).code);
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-1"));
}

TEST_F(Release, rsync_that_removes_what_it_sent_loses_nothing) {
  NEEDS_PROGRAM("rsync");
  const Mount mount(spec());
  const RunResult sent =
      run({"rsync", "-a", "--remove-source-files", (mount / "job/chk-1") + "/", elsewhere_ / "sent"});
  EXPECT_EQ(0, sent.code) << sent;
  EXPECT_EQ("own", read_file(elsewhere_ / "sent/11111111-1111-1111-1111-111111111111"));
  EXPECT_EQ("one", read_file(elsewhere_ / "sent/22222222-2222-2222-2222-222222222222"));
  EXPECT_FALSE(read_file(elsewhere_ / "sent/_metadata").empty());
  EXPECT_EQ(0, ::rmdir((mount / "job/chk-1").c_str()));
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-1"));
}

TEST_F(Release, the_newest_checkpoint_of_a_job_is_busy) {
  {
    const Mount mount(spec());
    EXPECT_NE(0, run({"rm", "-r", mount / "job/chk-3"}).code);
    EXPECT_EQ(EBUSY, (::unlink((mount / "job/chk-3/_metadata").c_str()), errno));
    EXPECT_TRUE(stdfs::exists(source_ / "job/chk-3/_metadata"));
    EXPECT_FALSE(read_file(mount / "job/chk-3/_metadata").empty());
  }
  const Mount mount(spec("release=force-newest,release-grace=0"));
  EXPECT_EQ(0, run({"rm", "-r", mount / "job/chk-3"}).code);
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-3"));
  EXPECT_EQ("last", read_file(mount / "job/chk-2/44444444-4444-4444-4444-444444444444"));
}

// chk-4 has lost a file: the job may be writing it now, and chk-3 is the one that the job can restore.
TEST_F(Release, the_newest_usable_checkpoint_is_busy_below_a_broken_one) {
  source_.add_snapshot("job/chk-4", {file(source_.uri("job/shared/gone"), 3)});
  const Mount mount(spec());
  EXPECT_EQ(EBUSY, (::unlink((mount / "job/chk-3/_metadata").c_str()), errno));
  EXPECT_EQ(EBUSY, (::unlink((mount / "job/chk-4/_metadata").c_str()), errno));
  EXPECT_EQ(0, ::unlink((mount / "job/chk-2/_metadata").c_str()));
}

TEST_F(Release, what_is_unknown_keeps_everything) {
  write_file(source_ / "job/chk-2/_metadata", "no metadata");
  const Mount mount(spec());
  EXPECT_EQ(EBUSY, (::unlink((mount / "job/chk-1/_metadata").c_str()), errno));
  EXPECT_TRUE(stdfs::exists(source_ / "job/chk-1/_metadata"));
}

TEST_F(Release, a_whole_job_goes) {
  const Mount mount(spec("release=force-newest,release-grace=0"));
  const RunResult removed = run({"rm", "-r", mount / "job"});
  EXPECT_EQ(0, removed.code) << removed;
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-2"));
  EXPECT_TRUE(stdfs::is_empty(source_ / "job/shared"));
}

TEST_F(Release, job_can_be_removed_after_its_last_snapshot_however_late) {
  const Mount mount(spec("release=force-newest,release-grace=0"));
  for (const char* const snapshot : {"job/chk-1", "job/chk-2", "job/chk-3"})
    ASSERT_EQ(0, run({"rm", "-r", mount / snapshot}).code);
  ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount.path()).empty(); }));
  EXPECT_EQ(0, ::rmdir((mount / "job").c_str())) << std::strerror(errno);
  EXPECT_NE(0, ::rmdir((mount / "job").c_str()));
  EXPECT_EQ(ENOENT, errno);
}

TEST_F(Release, what_was_removed_comes_back_from_the_trash) {
  const Mount mount(spec());
  ASSERT_EQ(0, run({"rm", "-r", mount / "job/chk-1"}).code);
  const RunResult listed = checkpointfs({"trash", "list", "--index", mount.index()});
  ASSERT_EQ(0, listed.code) << listed;
  const std::string plan = listed.out.substr(listed.out.find("\n20") + 1, 25);
  const RunResult back = checkpointfs({"trash", "restore", "--index", mount.index(), plan});
  EXPECT_EQ(0, back.code) << back;
  EXPECT_EQ("one", read_file(source_ / "job/shared/22222222-2222-2222-2222-222222222222"));
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-1/_metadata"); }));
  EXPECT_EQ("own", read_file(mount / "job/chk-1/11111111-1111-1111-1111-111111111111"));
}

TEST_F(Release, what_a_killed_mount_began_the_next_one_finishes) {
  {
    Mount mount(spec());
    ASSERT_EQ(0, ::unlink((mount / "job/chk-1/_metadata").c_str()));
    ::kill(mount.pid(), SIGKILL);
    mount.expect_gone();
    detach(mount.path());
  }
  EXPECT_TRUE(stdfs::exists(source_ / "job/shared/22222222-2222-2222-2222-222222222222"));
  const Mount mount(spec());
  EXPECT_FALSE(stdfs::exists(source_ / "job/shared/22222222-2222-2222-2222-222222222222"));
  EXPECT_FALSE(stdfs::exists(source_ / "job/chk-1"));
  EXPECT_EQ("both", read_file(mount / "job/chk-2/33333333-3333-3333-3333-333333333333"));
}

TEST_F(Release, nothing_else_can_be_changed) {
  source_.add_snapshot("job/chk-2/sub", {});
  const Mount mount(spec());
  const Tree before = tree_of(mount.path());
  std::map<std::string, int> errors =
      try_modifying_calls(mount / "job/chk-3", "44444444-4444-4444-4444-444444444444", "sub");
  for (const char* what : {"open for writing", "open to create", "truncate", "mkdir", "rename", "link",
                           "symlink", "chmod", "set times", "set xattr"}) {
    EXPECT_EQ(errors.at(what), EROFS) << what;
  }
  for (const auto& [what, error] : errors) EXPECT_NE(error, 0) << what;
  EXPECT_EQ(EROFS, (::unlink((mount / ".checkpointfs/status").c_str()), errno));
  EXPECT_EQ(tree_of(mount.path()).size(), before.size());
}

// A store in which everybody can create directories, root's mount for everybody, and uid 65534.
class ReleaseByAnother : public Release {
 protected:
  static constexpr uid_t kAnother = 65534;

  void SetUp() override {
    Release::SetUp();
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    open_up(source_.path());
    ASSERT_EQ(0, ::chmod(source_.path().c_str(), 01777));
    stdfs::create_directories(source_ / "another/shared");
    const std::string own = source_.add("another/chk-1/55555555-5555-5555-5555-555555555555", "own");
    source_.add_snapshot("another/chk-1", {own, test::file(source_.uri("job/shared/" + orphan_), 6),
                                           test::file(source_.uri("private/secret"), 6)});
    source_.add_snapshot("another/chk-2", {own});
    for (const char* name :
         {"another", "another/shared", "another/chk-1", "another/chk-2", "another/chk-1/_metadata",
          "another/chk-2/_metadata", "another/chk-1/55555555-5555-5555-5555-555555555555"})
      ASSERT_EQ(0, ::chown((source_ / name).c_str(), kAnother, kAnother));
    source_.add("job/shared/" + orphan_, "orphan");
    source_.add("private/secret", "secret");
  }
  static void open_up(const std::string& path) {
    stdfs::permissions(stdfs::path(path).parent_path(), stdfs::perms(0755));
  }
  static RunResult as_another(std::vector<std::string> argv) {
    argv.insert(argv.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    return run(argv);
  }

  const std::string orphan_ = "66666666-6666-6666-6666-666666666666";
};

TEST_F(ReleaseByAnother, takes_what_is_his_and_nothing_that_his_metadata_names_besides) {
  NEEDS_PROGRAM("setpriv");
  const Mount mount(spec("release=force-newest,release-grace=0,allow_other"));
  open_up(mount.path());
  const RunResult removed = as_another({"rm", "-r", mount / "another/chk-1"});
  EXPECT_EQ(0, removed.code) << removed;
  EXPECT_FALSE(stdfs::exists(source_ / "another/chk-1/_metadata"));
  EXPECT_EQ("orphan", read_file(source_ / ("job/shared/" + orphan_)));
  EXPECT_EQ("secret", read_file(source_ / "private/secret"));
  EXPECT_EQ("own", read_file(source_ / "another/chk-1/55555555-5555-5555-5555-555555555555"))
      << "chk-2 needs it";
}

TEST_F(ReleaseByAnother, takes_no_snapshot_of_others_away) {
  NEEDS_PROGRAM("setpriv");
  // The mode that is shown would let him; the directories above it in the source do not.
  ASSERT_EQ(0, ::chmod((source_ / "job/chk-1").c_str(), 0777));
  ASSERT_EQ(0, ::chmod((source_ / "job").c_str(), 0700));
  const Mount mount(spec("release=force-newest,release-grace=0,allow_other"));
  open_up(mount.path());
  EXPECT_NE(0, as_another({"rm", "-r", mount / "job/chk-1"}).code);
  EXPECT_TRUE(stdfs::exists(source_ / "job/chk-1/_metadata"));
  EXPECT_NE(0, as_another({"rm", "-r", mount / "job/chk-2"}).code);
  EXPECT_TRUE(stdfs::exists(source_ / "job/chk-2/_metadata"));
}

TEST_F(ReleaseByAnother, gets_nothing_by_a_planted_control_directory) {
  NEEDS_PROGRAM("setpriv");
  ASSERT_EQ(0, as_another({"mkdir", "-p", source_ / ".checkpointfs/trash"}).code);
  const Mount mount(spec());
  EXPECT_EQ(EBUSY, (::unlink((mount / "job/chk-1/_metadata").c_str()), errno))
      << "root is refused, and told why";
  EXPECT_TRUE(stdfs::exists(source_ / "job/chk-1/_metadata"));
}

TEST_F(Release, without_the_option_nothing_can_be_removed) {
  const Mount mount(source_.path());
  EXPECT_EQ(EROFS, (::unlink((mount / "job/chk-1/_metadata").c_str()), errno));
  EXPECT_EQ(EROFS, (::rmdir((mount / "job/chk-1").c_str()), errno));
}

}  // namespace
}  // namespace checkpointfs::test
