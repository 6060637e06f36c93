// SPDX-License-Identifier: Apache-2.0
// An ordinary user (uid 65534) plants things in a source in which everybody can create files (mode 1777), and
// root runs the commands that remove.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "world.h"

namespace checkpointfs::removal {
namespace {

constexpr uid_t kAttacker = 65534;

// Path, owner, mode, links and bytes of each file and directory that is not the attacker's.
std::map<std::string, std::string> of_others(const std::string& source) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source)) {
    struct stat st = {};
    if (::lstat(entry.path().c_str(), &st) != 0 || st.st_uid == kAttacker) continue;
    const std::string below = entry.path().string().substr(source.size());
    // The journal and what root keeps there by itself.
    if (below.starts_with("/.checkpointfs")) continue;
    all[below] = base::format("{}:{} {} {} {}", st.st_uid, st.st_gid, std::to_string(st.st_mode),
                              S_ISDIR(st.st_mode) ? 0 : st.st_nlink,
                              S_ISREG(st.st_mode) ? contents(entry.path()) : std::string());
  }
  return all;
}

class Attacker : public testing::Test {
 protected:
  static void SetUpTestSuite() { attacks_ = succeeded_ = 0; }
  static void TearDownTestSuite() {
    if (attacks_ == 0) return;
    std::cout << "attacks: " << attacks_ << ", " << (succeeded_ == 0 ? "none" : std::to_string(succeeded_))
              << " succeeded\n";
  }

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    std::filesystem::permissions(std::filesystem::path(world_.source()).parent_path(),
                                 std::filesystem::perms(0755));
    ASSERT_EQ(0, ::chmod(world_.source().c_str(), 01777));
    world_.file(victims_, 100);
    world_.file(newer_, 100);
    world_.snapshot(job_ + "/chk-1", {{victims_, 100}}, 1);
    world_.pass(kDay);
    world_.snapshot(job_ + "/chk-2", {{newer_, 100}}, 2);
    test::make_directory(job_ + "/taskowned");
    test::replace_file(secret_, "secret");
    ASSERT_EQ(0, ::chmod(closed_.c_str(), 0700));
    world_.pass(30 * kDay);
  }

  // Plants something as the attacker. False if he may not even do that.
  static bool plant(const std::function<void()>& what) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::umask(0);
      if (::setresgid(kAttacker, kAttacker, kAttacker) != 0 ||
          ::setresuid(kAttacker, kAttacker, kAttacker) != 0)
        ::_exit(2);
      try {
        what();
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(child, ::waitpid(child, &status, 0));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // Root does `what`, and nothing of others may change. Returns the refusal.
  std::string attack(const std::string& name, const std::function<void()>& what) {
    const auto before = of_others(world_.source());
    std::string refused;
    try {
      refused = refusal(what);
    } catch (const std::exception& e) {
      refused = e.what();
    }
    ++attacks_;
    const auto after = of_others(world_.source());
    if (before != after) ++succeeded_;
    EXPECT_EQ(before, after) << name;
    return refused;
  }
  std::string attack_by_resume(const std::string& name) {
    return attack(name, [&] { world_.resume(); });
  }

  std::string control() const { return world_.path(".checkpointfs"); }
  std::string plan_directory() const { return control() + "/trash/" + kPlan; }

  // A run that gives the directories to the attacker, or, with `moves`, is a plan that moves the files.
  std::string run_text(const std::vector<std::string>& gives, const std::vector<std::string>& moves = {},
                       const std::string& root = "") const {
    struct stat st = {};
    ::stat(world_.source().c_str(), &st);
    std::string facts;
    for (const std::string& path : gives)
      facts += base::format("{}{}{}{}", facts.empty() ? "" : ",", R"({"path":")", path,
                            R"(","mode":511,"uid":65534,"gid":65534,"mtime_ns":1,"goes":true})");
    std::string files;
    for (const std::string& path : moves) {
      struct stat file = {};
      ::stat(world_.path(path).c_str(), &file);
      files +=
          base::format("{}{}{}{}{}{}{}{}{}{}{}{}{}{}", files.empty() ? "" : ",", R"({"source":")",
                       root.empty() ? world_.source() : root, R"(","path":")", path, R"(","device":)",
                       file.st_dev, R"(,"inode":)", file.st_ino, R"(,"size":)", file.st_size,
                       R"(,"mtime_ns":)", storage::mtime_ns(file), R"(,"uri":"","why":"","named":true})");
    }
    return base::format("{}{}{}{}{}{}{}{}{}{}{}]}}\n", R"({"plan":{"format":1,"plan":")", kPlan,
                        R"(","command":"gc","made_ns":1,"grace_ns":0,"force_newest":true,"bytes":0,)",
                        R"("sources":[{"path":")", world_.source(), R"(","inode":)", st.st_ino,
                        R"(}],"mappings":[],"others":[],"snapshots":[],"files":[)", files,
                        R"(],"directories":[]},"directories":[)", facts);
  }

  static constexpr const char* kPlan = "20260101T000000Z-deadbeef";
  static int attacks_;
  static int succeeded_;
  World world_;
  std::string job_ = world_.path("victim");
  std::string victims_ = job_ + "/shared/" + world_.uuid();
  std::string newer_ = job_ + "/shared/" + world_.uuid();
  std::string closed_ = world_.path("closed");
  std::string secret_ = closed_ + "/secret";
};

int Attacker::attacks_ = 0;
int Attacker::succeeded_ = 0;

TEST_F(Attacker, gets_no_directory_by_a_planted_restore) {
  ASSERT_TRUE(plant([&] {
    test::make_directory(plan_directory() + "/files");
    test::replace_file(plan_directory() + "/run.json", run_text({"victim", "closed", "victim/shared"}));
    test::replace_file(plan_directory() + "/restoring", R"(["victim","closed","victim/shared"])");
  }));
  EXPECT_NE(std::string::npos, attack_by_resume("a planted restore").find("belongs to user 65534"));
  const std::string refused = attack("a planted restore that is asked for", [&] { world_.restore(kPlan); });
  EXPECT_NE(std::string::npos, refused.find(control())) << refused;
  EXPECT_NE(std::string::npos, refused.find("mv ")) << refused;
  attack("a planted trash is purged", [&] { world_.purge(kPlan); });
  attack("gc with a planted trash", [&] { world_.apply(world_.plan_gc()); });
  EXPECT_NE("", refusal([&] { unfinished({world_.source()}); }));
  EXPECT_NE("", refusal([&] { snapshots_in_trash({world_.source()}); }));
}

TEST_F(Attacker, removes_nothing_by_a_planted_plan) {
  ASSERT_TRUE(plant([&] {
    test::make_directory(plan_directory() + "/files");
    test::replace_file(plan_directory() + "/run.json",
                       run_text({}, {victims_.substr(world_.source().size() + 1)}));
  }));
  EXPECT_NE("", attack_by_resume("a planted plan"));
}

TEST_F(Attacker, leads_nowhere_by_links_in_place_of_our_directories) {
  for (const char* name : {".checkpointfs", ".checkpointfs/trash", ".checkpointfs/pins"}) {
    ASSERT_TRUE(plant([&] {
      std::filesystem::create_directories(std::filesystem::path(world_.path(name)).parent_path());
      std::filesystem::create_directory_symlink(closed_, world_.path(name));
    })) << name;
    EXPECT_NE("", attack_by_resume(base::format("a link {}", name)));
    attack("gc through a link", [&] { world_.apply(world_.plan_gc()); });
    std::filesystem::remove_all(control());
  }
}

TEST_F(Attacker, is_not_believed_in_what_others_can_write_to) {
  world_.apply(world_.plan_gc({}, 0));  // root's own trash
  ASSERT_EQ(0, ::chmod(control().c_str(), 0777));
  ASSERT_TRUE(plant([&] {
    std::filesystem::rename(control() + "/trash", control() + "/away");
    test::make_directory(control() + "/trash");
  }));
  const std::string refused = attack_by_resume("a control directory that all can write to");
  EXPECT_NE(std::string::npos, refused.find("chmod go-w")) << refused;
  ASSERT_EQ(0, ::chmod(control().c_str(), 0755));
  EXPECT_NE(std::string::npos, attack_by_resume("a trash of his").find("belongs to user 65534"));
}

// A plan, a journal and a record of his, moved into a trash that was open for a while.
TEST_F(Attacker, is_not_believed_by_what_he_left_in_a_trash_of_root) {
  world_.apply(world_.plan_gc({}, 0));
  ASSERT_EQ(0, ::chmod((control() + "/trash").c_str(), 0777));
  ASSERT_TRUE(plant([&] {
    test::make_directory(plan_directory() + "/files");
    test::replace_file(plan_directory() + "/run.json", run_text({"closed"}));
    test::replace_file(plan_directory() + "/restoring", R"(["closed"])");
  }));
  ASSERT_EQ(0, ::chmod((control() + "/trash").c_str(), 0700));
  EXPECT_NE(std::string::npos, attack_by_resume("a plan of his").find("belongs to user 65534"));
  std::filesystem::remove_all(plan_directory());

  test::make_directory(plan_directory() + "/files");
  const std::string elsewhere = world_.path("elsewhere.json");
  ASSERT_TRUE(plant([&] { test::replace_file(elsewhere, run_text({"closed"})); }));
  std::filesystem::create_hard_link(elsewhere, plan_directory() + "/run.json");
  EXPECT_NE("", attack_by_resume("a record of his"));
  std::filesystem::remove_all(plan_directory());

  const std::string journal = control() + "/trash/journal.jsonl";
  std::filesystem::remove(journal);
  std::filesystem::create_hard_link(secret_, journal);
  EXPECT_NE(std::string::npos, attack("the journal is another file", [&] {
                                 world_.apply(world_.plan_rm({job_ + "/chk-1"}, 0));
                               }).find("hard links"));
  std::filesystem::remove(journal);
  std::filesystem::create_symlink(secret_, journal);
  EXPECT_NE("", attack("the journal is a link", [&] { world_.apply(world_.plan_rm({job_ + "/chk-1"}, 0)); }));
}

TEST_F(Attacker, is_told_whose_trash_it_is) {
  world_.apply(world_.plan_rm({job_ + "/chk-1"}, 0));
  EXPECT_TRUE(plant([&] {
    WorldChanges changes(world_.now);
    try {
      Trashes({world_.source()}, changes);
    } catch (const base::SystemError& e) {
      if (std::string(e.what()).find("only the user who made the trash, and root") != std::string::npos)
        return;
    }
    throw std::runtime_error("nothing was refused, or not with what to do");
  }));
}

// A record may also be damaged: nothing happens by halves.
TEST_F(Attacker, damaged_records_are_refused_as_a_whole) {
  const std::string file = victims_.substr(world_.source().size() + 1);
  const std::string outside = world_.source() + "/../x";
  for (const std::string& text :
       {run_text({}, {"../x"}), run_text({}, {"/etc/passwd"}), run_text({}, {"victim//x"}),
        run_text({}, {"victim/"}), run_text({}, {std::string("victim/a\\u0000b")}),
        run_text({}, {file}, "/etc"), run_text({"../x"}), run_text({"victim/./x"}), std::string("{}"),
        std::string("[")}) {
    test::make_directory(plan_directory() + "/files");
    ASSERT_EQ(0, ::chmod(control().c_str(), 0755));
    ASSERT_EQ(0, ::chmod((control() + "/trash").c_str(), 0700));
    ASSERT_EQ(0, ::chmod(plan_directory().c_str(), 0700));
    test::replace_file(plan_directory() + "/run.json", text);
    const std::string refused = attack_by_resume(text);
    EXPECT_NE(std::string::npos, refused.find("run.json")) << text << "\n" << refused;
    EXPECT_EQ(std::string::npos, refused.find("map::at")) << text;
    EXPECT_FALSE(exists(outside));
  }
}

// His metadata names what is not his.
TEST_F(Attacker, takes_nothing_by_metadata_that_names_files_of_others) {
  const std::string mine = world_.path("attacker");
  const std::string checkpoint = mine + "/chk-1";
  const std::string orphan = job_ + "/shared/" + world_.uuid();
  const std::string archive = closed_ + "/shared/" + world_.uuid();
  const std::string own = checkpoint + "/" + world_.uuid();
  world_.pass(-30 * kDay);
  for (const std::string& file : {orphan, archive}) world_.file(file, 100);
  const std::vector<Needed> named = {
      {orphan, 100}, {archive, 100}, {secret_, 6}, {newer_, 100}, {job_ + "/chk-2/_metadata", 10}, {own, 5}};
  ASSERT_TRUE(plant([&] {
    world_.file(own, 5);
    world_.snapshot(checkpoint, named, 1);
  }));
  world_.pass(30 * kDay);
  attack("rm of forged metadata", [&] { world_.apply(world_.plan_rm({checkpoint}, 0, true)); });
  EXPECT_FALSE(exists(own)) << "what is his may go";
  EXPECT_FALSE(exists(checkpoint));

  ASSERT_TRUE(plant([&] { world_.snapshot(checkpoint, named, 1); }));
  const Caller attacker{kAttacker, {kAttacker}};
  const Survey seen = world_.look();
  const Plan plan =
      make_plan(world_.storage(), seen,
                {{seen.number_of(*seen.snapshot_at({world_.source(), "attacker/chk-1"})), "asked for"}},
                nullptr, {"release", world_.now, 0, true, attacker});
  EXPECT_TRUE(plan.files.empty());
  // A plan that says otherwise, as if the files had been his when it was made.
  Plan edited = plan;
  for (const std::string& file : {orphan, archive}) {
    struct stat st = {};
    ASSERT_EQ(0, ::stat(file.c_str(), &st));
    edited.files.push_back(
        {{world_.source(), file.substr(world_.source().size() + 1)}, identity_of(st), "", "", true});
  }
  attack("release of forged metadata", [&] { world_.apply(edited); });
}

TEST_F(Attacker, is_a_caller_who_may_unlink_only_what_the_modes_let_him) {
  const base::UniqueFd root = base::open_directory(world_.source());
  const Caller attacker{kAttacker, {kAttacker}};
  const auto may = [&](const std::string& path) { return may_unlink(root.get(), path, attacker); };
  ASSERT_TRUE(plant([&] { test::replace_file(world_.path("mine/file"), ""); }));
  EXPECT_TRUE(may("mine/file"));
  EXPECT_TRUE(may("mine"));
  EXPECT_FALSE(may("victim")) << "the source is sticky";
  EXPECT_FALSE(may("victim/chk-1/_metadata"));
  EXPECT_FALSE(may("closed/secret"));
  ASSERT_EQ(0, ::chmod((job_ + "/chk-1").c_str(), 0777));
  EXPECT_TRUE(may("victim/chk-1/_metadata"));
  ASSERT_EQ(0, ::chmod(job_.c_str(), 0700));
  EXPECT_FALSE(may("victim/chk-1/_metadata")) << "a directory above is closed";
  EXPECT_FALSE(may("victim/no-such-file"));
}

// Only a directory that a restore makes gets the owner and the mode that are on record.
TEST_F(Attacker, keeps_nothing_of_a_directory_that_somebody_made_meanwhile) {
  const std::string checkpoint = job_ + "/chk-1";
  ASSERT_EQ(0, ::chown(checkpoint.c_str(), kAttacker, kAttacker));
  const Plan plan = world_.plan_rm({checkpoint}, 0);
  world_.apply(plan);
  ASSERT_FALSE(exists(checkpoint));
  test::make_directory(checkpoint);
  ASSERT_EQ(0, ::chmod(checkpoint.c_str(), 0700));
  const auto before = of_others(world_.source());
  world_.restore(plan.id);
  ++attacks_;
  struct stat st = {};
  ASSERT_EQ(0, ::stat(checkpoint.c_str(), &st));
  EXPECT_EQ(0U, st.st_uid);
  EXPECT_EQ(0700U, st.st_mode & 07777);
}

}  // namespace
}  // namespace checkpointfs::removal
