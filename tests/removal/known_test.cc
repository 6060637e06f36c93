// SPDX-License-Identifier: Apache-2.0
// Directories once known to have snapshots count as missing until a user has them forgotten.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "removal/apply/remember.h"
#include "removal/survey/missing.h"
#include "removal/survey/surveyor.h"
#include "removal/trash/known_storage.h"
#include "world.h"

namespace checkpointfs::removal {
namespace {

bool says(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

// Two sources with a job each; the snapshot of the second needs a file of the first. Both are known, as
// garbage was collected.
class Known : public testing::Test {
 protected:
  Known() {
    world_.file(needed_, 100);
    world_.file(mine_, 100);
    world_.file(orphan_, 10);
    test::make_directory(job_ + "/taskowned");
    world_.snapshot(job_ + "/chk-1", {{mine_, 100}}, 1);
    world_.snapshot(job_ + "/chk-2", {{mine_, 100}}, 2);
    world_.snapshot(other_ + "/chk-7", {{needed_, 100}}, 7);
    world_.pass(10 * kDay);
    world_.apply(world_.plan_gc());
  }
  std::string gc() {
    return refusal([&] { world_.plan_gc({}, kDefaultGraceNs, true); });
  }
  // Leaves an empty directory, as if the file system were not mounted.
  void unmount(const std::string& directory) {
    test::rename_path(directory, directory + ".mounted");
    test::make_directory(directory);
  }
  void mount(const std::string& directory) {
    test::remove_all(directory);
    test::rename_path(directory + ".mounted", directory);
  }
  KnownStorage record(size_t source) {
    return *read_known(*storage::ControlDirectory::open(world_.source(source)));
  }

  World world_{2};
  std::string job_ = world_.path("job");
  std::string other_ = world_.source(1) + "/other";
  std::string needed_ = job_ + "/shared/" + world_.uuid();
  std::string mine_ = job_ + "/shared/" + world_.uuid();
  std::string orphan_ = job_ + "/shared/" + world_.uuid();
};

TEST_F(Known, storage_has_a_record_of_its_sources_and_jobs) {
  const KnownStorage first = record(0);
  const KnownStorage second = record(1);
  EXPECT_EQ(32U, first.id.size());
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(2U, first.sources.size());
  EXPECT_EQ(first.sources, second.sources);
  EXPECT_EQ(second.id, first.sources.at(world_.source(1)).id);
  ASSERT_EQ(1U, first.jobs.count("job"));
  ASSERT_EQ(1U, second.jobs.count("other"));
  struct stat st = {};
  ASSERT_EQ(0, ::stat(other_.c_str(), &st));
  EXPECT_EQ(st.st_ino, second.jobs.at("other").directory.inode);
}

TEST_F(Known, source_that_is_not_mounted_is_missed) {
  const Plan plan = world_.plan_rm({job_ + "/chk-1"});
  unmount(world_.source(1));
  EXPECT_TRUE(says(gc(), "--forget " + world_.source(1))) << gc();
  EXPECT_NE("", refusal([&] { world_.plan_rm({job_ + "/chk-1"}); }));
  EXPECT_NE("", refusal([&] { world_.apply(plan); }));
  EXPECT_TRUE(exists(needed_));
  mount(world_.source(1));
  EXPECT_EQ("", gc());
}

TEST_F(Known, source_that_is_not_mounted_is_missed_by_purge) {
  world_.file(orphan_, 10);
  world_.set_time(orphan_, world_.now - 11 * kDay);
  const Plan plan = world_.plan_gc();
  world_.apply(plan);
  unmount(world_.source(1));
  EXPECT_TRUE(says(refusal([&] { world_.purge(plan.id); }), world_.source(1)));
  mount(world_.source(1));
  EXPECT_EQ(1U, world_.purge(plan.id).files);
}

TEST_F(Known, other_storage_in_the_place_of_a_source_is_missed) {
  unmount(world_.source(1));
  world_.snapshot(other_ + "/chk-7", {{needed_, 100}}, 7);
  EXPECT_TRUE(says(gc(), world_.source(1) + " is another file system or directory than before")) << gc();
}

TEST_F(Known, source_that_is_not_named_is_missed) {
  const std::string both = world_.source(1);
  Storage one = world_.storage();
  one.roots.pop_back();
  const auto refused = [&] { return refusal([&] { require_known(survey(one)); }); };
  EXPECT_TRUE(says(refused(), "add --source " + both + "; ")) << refused();
  EXPECT_TRUE(says(refused(), both + " was a source together with " + world_.source(0))) << refused();
  one.forgotten = {both};
  EXPECT_EQ("", refused());
  {
    WorldChanges disk(world_.now);
    Trashes trashes(one.sources(), disk);
    forget(one, trashes, disk);
  }
  one.forgotten.clear();
  EXPECT_EQ("", refused()) << "for good";
}

TEST_F(Known, source_may_be_mounted_elsewhere) {
  Storage moved = world_.storage();
  moved.roots[1].path += "-elsewhere";
  test::rename_path(world_.source(1), moved.roots[1].path);
  EXPECT_EQ("", refusal([&] { require_known(survey(moved)); }));
  test::rename_path(moved.roots[1].path, world_.source(1));
}

TEST_F(Known, job_that_is_gone_is_missed_until_it_is_forgotten) {
  test::rename_path(other_, world_.path("kept"));
  EXPECT_TRUE(says(gc(), other_ + " had snapshots and is not there")) << gc();
  EXPECT_TRUE(says(gc(), "add: --forget " + other_)) << gc();
  test::make_directory(other_ + "/chk-8");
  EXPECT_TRUE(says(gc(), other_ + " had snapshots and has none now")) << gc();
  world_.forgotten = {other_};
  world_.snapshot(world_.source(1) + "/third/chk-1", {{needed_, 100}}, 1);
  EXPECT_EQ("", gc());
  {
    WorldChanges disk(world_.now);
    Trashes trashes(world_.storage().sources(), disk);
    forget(world_.storage(), trashes, disk);
  }
  world_.forgotten.clear();
  EXPECT_EQ("", gc());
  world_.remembered = {{world_.source(1), "other"}};
  EXPECT_EQ("", gc()) << "an index that knew it says nothing new";
}

// Flink deletes all that a job had that ends without a retained checkpoint.
TEST_F(Known, job_that_ended_is_missed_while_a_file_of_it_is_there) {
  for (const char* snapshot : {"/chk-1", "/chk-2"}) test::remove_all(job_ + snapshot);
  EXPECT_TRUE(says(gc(), "--forget " + job_)) << "its state files are there";
  for (const char* part : {"/shared", "/taskowned"}) {
    test::remove_all(job_ + part);
    test::make_directory(job_ + part);
  }
  EXPECT_EQ("", refusal([&] {
              require_none_missing(find_missing(world_.storage(), {{world_.source(1), "other"}}).missing);
            }));
  test::remove_all(job_ + "/shared");
  EXPECT_TRUE(says(gc(), "--forget " + job_)) << "as an empty mount point has no directories";
}

TEST_F(Known, job_whose_directory_was_made_anew_is_known_by_its_snapshots) {
  test::rename_path(other_, world_.source(1) + "/kept");
  world_.snapshot(other_ + "/chk-7", {{needed_, 100}}, 7);
  test::remove_all(world_.source(1) + "/kept");
  EXPECT_EQ("", gc());
}

TEST_F(Known, sources_and_jobs_that_are_new_are_no_obstacle) {
  world_.snapshot(world_.path("third/chk-1"), {{needed_, 100}}, 1);
  EXPECT_EQ("", gc());
  Storage more = world_.storage();
  const std::string source = world_.source(1) + "-more";
  more.roots.push_back({9, source, true});
  world_.snapshot(source + "/job/chk-1", {{needed_, 100}}, 1);
  EXPECT_EQ("", refusal([&] { require_known(survey(more)); }));
  test::remove_all(source);
}

TEST_F(Known, job_whose_last_snapshot_was_removed_is_missed_after_its_restore_only) {
  const Plan plan = world_.plan_rm({other_ + "/chk-7"}, kDefaultGraceNs, true);
  {
    WorldChanges disk(world_.now);
    Trashes trashes(world_.storage().sources(), disk);
    begin(plan, world_.storage(), trashes, disk);
  }
  EXPECT_EQ("", refusal([&] { require_known(world_.look()); })) << "while the plan is not finished";
  world_.resume();
  EXPECT_EQ("", gc());
  world_.remembered = {{world_.source(1), "other"}};
  EXPECT_EQ("", gc());
  world_.remembered.clear();
  world_.restore(plan.id);
  EXPECT_EQ("", gc());
  test::remove_all(other_ + "/chk-7");
  EXPECT_TRUE(says(gc(), other_ + " had snapshots")) << gc();
}

TEST_F(Known, index_is_a_second_memory) {
  test::remove_all(world_.source(0) + "/.checkpointfs");
  test::remove_all(world_.source(1) + "/.checkpointfs");
  world_.remembered = {{world_.source(0), "job"}, {world_.source(1), "other"}};
  EXPECT_EQ("", gc());
  unmount(world_.source(1));
  EXPECT_TRUE(says(gc(), other_ + " had snapshots and has none now")) << gc();
  mount(world_.source(1));
  world_.remembered.push_back({"/no/such/source", "job"});
  EXPECT_TRUE(says(gc(), "/no/such/source had snapshots: add --source /no/such/source")) << gc();
}

TEST_F(Known, record_that_cannot_be_understood_keeps_everything) {
  test::replace_file(world_.path(".checkpointfs/known.json"), "{");
  EXPECT_TRUE(says(gc(), world_.path(".checkpointfs/known.json"))) << gc();
}

TEST_F(Known, mount_point_of_a_job_that_is_not_mounted_is_missed) {
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    GTEST_SKIP() << "only root may mount";
  const std::string mounted = world_.source(1) + "/mounted";
  test::make_directory(mounted);
  ASSERT_EQ(0, ::mount("tmpfs", mounted.c_str(), "tmpfs", 0, nullptr));
  world_.snapshot(mounted + "/chk-1", {{needed_, 100}}, 1);
  world_.file(orphan_, 10);
  world_.set_time(orphan_, world_.now - 11 * kDay);
  world_.apply(world_.plan_gc());
  EXPECT_EQ("", gc());
  ASSERT_EQ(0, ::umount(mounted.c_str()));
  EXPECT_TRUE(says(gc(), mounted + " was a mount point, and nothing is mounted there now")) << gc();
  world_.snapshot(mounted + "/chk-2", {{needed_, 100}}, 2);
  EXPECT_TRUE(says(gc(), mounted + " was a mount point, and nothing is mounted there now")) << gc();
  ASSERT_EQ(0, ::mount("tmpfs", other_.c_str(), "tmpfs", 0, nullptr));
  EXPECT_TRUE(says(gc(), other_ + " had snapshots, and something is mounted over it now")) << gc();
  ASSERT_EQ(0, ::umount(other_.c_str()));
}

}  // namespace
}  // namespace checkpointfs::removal
