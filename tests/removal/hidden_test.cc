// SPDX-License-Identifier: Apache-2.0
// Snapshots that no projection shows need their files too; a place where one may lie, and that cannot be
// looked at, keeps everything.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "base/errors.h"
#include "base/path.h"
#include "two_jobs.h"

namespace checkpointfs::removal {
namespace {

class Hidden : public testing::Test, protected TwoJobs {
 protected:
  void move_second_to(const std::string& directory) {
    test::make_directory(directory.substr(0, directory.rfind('/')));
    test::rename_path(second, directory);
  }
  void link(const std::string& target, const std::string& path) {
    ASSERT_EQ(0, ::symlink(target.c_str(), path.c_str()));
  }
  Plan plan_rm() { return world.plan_rm({first + "/chk-1"}); }
  void expect_needed() {
    const Plan plan = plan_rm();
    EXPECT_FALSE(is_planned(plan, shared));
    EXPECT_TRUE(is_planned(plan, own));
    EXPECT_FALSE(is_planned(world.plan_gc(), shared));
  }
  // Both commands refuse, and name `path`.
  std::string expect_refused(const std::string& path) {
    std::string said = refusal([&] { plan_rm(); });
    EXPECT_NE(std::string::npos, said.find(path)) << said;
    EXPECT_NE("", refusal([&] { world.plan_gc(); }));
    return said;
  }
  // Does `call` as an ordinary user, and says whether it returned true.
  static bool as_nobody(const std::function<bool()>& call) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool dropped = ::setresgid(65534, 65534, 65534) == 0 && ::setresuid(65534, 65534, 65534) == 0;
      bool done = false;
      try {
        done = dropped && call();
      } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
      }
      ::_exit(done ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
};

TEST_F(Hidden, snapshots_below_names_with_a_dot_need_their_files) {
  for (const char* directory : {".archive/second", ".Trash/Current/second", "first/.old/second"}) {
    const std::string path = world.path(directory);
    move_second_to(path);
    expect_needed();
    test::rename_path(path, second);
  }
}

TEST_F(Hidden, snapshots_in_state_directories_need_their_files) {
  for (const char* directory : {"first/shared/copy/second", "first/taskowned/second", "first/shared/chk-9"}) {
    const std::string path = world.path(directory);
    move_second_to(path);
    expect_needed();
    test::rename_path(path, second);
  }
}

TEST_F(Hidden, snapshots_are_not_for_retention) {
  move_second_to(world.path(".archive/second"));
  world.snapshot(world.path(".archive/second/chk-5"), {{shared, 100}}, 5);
  world.pass(10 * kDay);
  Retention last;
  last.keep_last = 1;
  const Plan plan = world.plan_gc(last);
  ASSERT_EQ(1U, plan.snapshots.size());
  EXPECT_EQ("first/chk-1", plan.snapshots.front().place.path);
  EXPECT_FALSE(is_planned(plan, shared));
}

TEST_F(Hidden, snapshots_alone_are_not_enough) {
  for (const char* directory : {"first/chk-1", "first/chk-3"}) test::remove_all(world.path(directory));
  move_second_to(world.path(".archive/second"));
  EXPECT_NE("", refusal([&] { world.plan_gc(); })) << "what is shown may not be mounted";
}

TEST_F(Hidden, unreadable_metadata_keeps_everything) {
  test::replace_file(world.path(".archive/x/chk-1/_metadata"), "none");
  expect_refused(world.path(".archive/x/chk-1"));
}

TEST_F(Hidden, job_behind_a_link_is_refused_by_name) {
  test::TempDirectory disk;
  test::rename_path(second, disk.path() + "/second");
  link(disk.path() + "/second", second);
  const std::string said = expect_refused(second);
  for (const std::string& advice :
       {"--source " + disk.path() + "/second", "--exclude " + second, std::string("--follow-links")})
    EXPECT_NE(std::string::npos, said.find(advice)) << said;
  world.follow_links = true;
  expect_refused(second);  // it leads out of the sources
}

TEST_F(Hidden, job_behind_a_link_into_another_source_is_read_there) {
  test::rename_path(second, world.source(1) + "/second");
  link(world.source(1) + "/second", second);
  expect_needed();
  // Its own file is named by a path through the link.
  EXPECT_EQ("", world.first_lost());
  EXPECT_FALSE(is_planned(
      world.plan_gc(), world.source(1) + "/second/shared/" + std::string(base::last_component(second_own))));
}

TEST_F(Hidden, link_to_a_directory_that_is_read_anyway_hides_nothing) {
  link("first/chk-3", world.path("newest"));
  link("..", first + "/shared/up");
  link(".", world.path("self"));
  expect_needed();
}

TEST_F(Hidden, job_behind_a_link_into_a_mapped_directory_is_read_on_request) {
  test::TempDirectory disk;
  world.mappings = {{"s3://bucket/flink", disk.path(), false, ""}};
  test::rename_path(second, disk.path() + "/second");
  link(disk.path() + "/second", second);
  expect_refused(second);
  world.follow_links = true;
  expect_needed();
  link(disk.path(), disk.path() + "/second/loop");
  link(disk.path() + "/second", world.path("again"));
  expect_needed();
  const Plan plan = plan_rm();
  EXPECT_EQ(1U, world.apply(plan).snapshots);
  EXPECT_EQ("", world.first_lost());
}

TEST_F(Hidden, link_that_leads_nowhere_may_be_a_disk_that_is_not_mounted) {
  test::remove_all(second);
  link("/mnt/not/there", second);
  expect_refused(second);
  world.excluded = {second};
  EXPECT_EQ("", refusal([&] { plan_rm(); }));
}

TEST_F(Hidden, metadata_that_is_a_link_is_refused) {
  test::rename_path(second + "/chk-2/_metadata", world.path("elsewhere"));
  link("../../elsewhere", second + "/chk-2/_metadata");
  expect_refused(second + "/chk-2");
}

TEST_F(Hidden, link_to_a_file_hides_nothing) {
  link(std::string(base::last_component(own)), first + "/shared/link");
  EXPECT_EQ("", refusal([&] { plan_rm(); }));
}

TEST_F(Hidden, link_that_appears_after_the_plan_is_refused) {
  const Plan plan = plan_rm();
  test::TempDirectory disk;
  test::rename_path(second, disk.path() + "/second");
  link(disk.path() + "/second", second);
  EXPECT_NE("", refusal([&] { world.apply(plan); }));
  EXPECT_TRUE(exists(own));
}

TEST_F(Hidden, nothing_that_is_excluded_goes) {
  const std::string orphan = second + "/shared/" + world.uuid();
  world.pass(-12 * kDay);
  world.file(orphan, 5);
  world.pass(12 * kDay);
  EXPECT_TRUE(is_planned(world.plan_gc(), orphan));
  world.excluded = {second};
  const Plan plan = world.plan_gc();
  EXPECT_FALSE(is_planned(plan, orphan));
  EXPECT_EQ(world.excluded, plan.excluded);
  // The files are named by a snapshot that goes.
  world.snapshot(first + "/chk-1", {{shared, 100}, {own, 50}, {second_own, 30}}, 1);
  world.set_time(first + "/chk-1/_metadata", world.now - 11 * kDay);
  const Plan removal = plan_rm();
  EXPECT_FALSE(is_planned(removal, shared)) << "an excluded snapshot needs it";
  EXPECT_FALSE(is_planned(removal, second_own));
  EXPECT_EQ("", refusal([&] { world.apply(removal); })) << "the plan says by itself what it excludes";
  EXPECT_TRUE(exists(second_own));
}

TEST_F(Hidden, excluded_snapshots_do_not_go_and_need_their_files_or_are_no_obstacle) {
  world.excluded = {second};
  EXPECT_NE("", refusal([&] { world.plan_rm({second + "/chk-2"}, kDefaultGraceNs, true); }));
  EXPECT_FALSE(is_planned(plan_rm(), shared));
  test::replace_file(second + "/chk-2/_metadata", "nothing");
  EXPECT_TRUE(is_planned(plan_rm(), shared)) << "it is not known what that needs";
  world.excluded = {};
  EXPECT_NE("", refusal([&] { plan_rm(); }));
}

TEST_F(Hidden, file_that_is_named_in_an_excluded_place_keeps_its_name) {
  test::TempDirectory disk;
  test::rename_path(second, disk.path() + "/second");
  link(disk.path() + "/second", second);
  world.snapshot(first + "/chk-3", {{newest, 20}, {second_own, 30}}, 3);
  world.set_time(first + "/chk-3/_metadata", world.now - 10 * kDay);
  world.excluded = {second};
  EXPECT_EQ("", refusal([&] { world.plan_gc(); }));
}

TEST_F(Hidden, directory_that_cannot_be_listed_is_refused_unless_it_is_lost_and_found) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make one";
  test::TempDirectory open;
  World small(1, open.path());
  ::chmod(open.path().c_str(), 0777);
  const std::string lost = small.path("lost+found");
  small.snapshot(small.path("job/chk-1"), {}, 1);
  small.snapshot(small.path("job/chk-2"), {}, 2);
  small.pass(10 * kDay);
  ASSERT_EQ(0, ::mkdir(lost.c_str(), 0700));
  EXPECT_TRUE(as_nobody([&] {
    small.plan_rm({small.path("job/chk-1")});
    small.plan_gc();
    return true;
  }));
  test::rename_path(lost, small.path("closed"));
  EXPECT_TRUE(as_nobody([&] {
    const std::string said = refusal([&] { small.plan_gc(); });
    return said.find(small.path("closed")) != std::string::npos &&
           said.find("--exclude") != std::string::npos;
  }));
  small.excluded = {small.path("closed")};
  EXPECT_TRUE(as_nobody([&] { return refusal([&] { small.plan_gc(); }).empty(); }));
}

TEST_F(Hidden, directories_below_shared_are_found_quickly_among_a_hundred_thousand_files) {
  const std::string many = first + "/shared/job_1_op_2";
  test::make_directory(many);
  const base::UniqueFd directory(::open(many.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(0, ::mknodat(directory.get(), std::to_string(i).c_str(), S_IFREG | 0600, 0));
  }
  const auto start = std::chrono::steady_clock::now();
  world.look();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(took.count() * 1000));
  EXPECT_LT(took.count(), 3.0) << "on a machine that is busy; alone it takes a tenth of a second";
}

}  // namespace
}  // namespace checkpointfs::removal
