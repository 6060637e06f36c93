// SPDX-License-Identifier: Apache-2.0
// Hadoop's checksum files and markers of directories go with what they belong to.
#include <gtest/gtest.h>
#include <unistd.h>

#include "two_jobs.h"

namespace checkpointfs::removal {
namespace {

class Markers : public testing::Test, protected TwoJobs {
 protected:
  void marker(const std::string& path, int64_t age = 11 * kDay) {
    test::replace_file(path, "crc");
    world.set_time(path, world.now - age);
  }
  static std::string crc(const std::string& path) {
    const size_t slash = path.rfind('/') + 1;
    return path.substr(0, slash) + "." + path.substr(slash) + ".crc";
  }
  static bool has_marker(const Plan& plan, const std::string& path) {
    for (const PlannedMarker& one : plan.markers) {
      if (absolute(one.place) == path) return true;
    }
    return false;
  }

  std::string old = first + "/chk-1";
};

TEST_F(Markers, go_with_a_snapshot_and_come_back_with_it) {
  for (const std::string& path : {crc(old + "/_metadata"), crc(own), crc(shared), crc(newest),
                                  old + "_$folder$", first + "/chk-3_$folder$"})
    marker(path);
  const auto before = world.tree();
  const Plan plan = world.plan_rm({old});
  const Applied applied = world.apply(plan);
  for (const std::string& path : {old, own, crc(own), old + "_$folder$"}) EXPECT_FALSE(exists(path)) << path;
  for (const std::string& path : {crc(shared), crc(newest), first + "/chk-3_$folder$"})
    EXPECT_TRUE(exists(path)) << path;
  EXPECT_TRUE(applied.failed.empty());
  EXPECT_TRUE(world.plan_gc().empty()) << "nothing is left behind";
  world.restore(plan.id);
  EXPECT_EQ(before, world.tree());
}

TEST_F(Markers, without_their_owners_are_garbage) {
  const std::string lost = first + "/shared/" + world.uuid();
  for (const std::string& path :
       {crc(lost), crc(newest), first + "/chk-0_$folder$", first + "/shared_$folder$", first + "/.README.crc",
        first + "/chk-3/.note.crc"})
    marker(path);
  marker(first + "/chk-7_$folder$", kDay);
  const Plan plan = world.plan_gc();
  EXPECT_TRUE(has_marker(plan, crc(lost)));
  EXPECT_TRUE(has_marker(plan, first + "/chk-0_$folder$"));
  world.apply(plan);
  for (const std::string& path : {crc(lost), first + "/chk-0_$folder$"}) EXPECT_FALSE(exists(path)) << path;
  for (const std::string& path : {crc(newest), first + "/shared_$folder$", first + "/chk-7_$folder$",
                                  first + "/.README.crc", first + "/chk-3/.note.crc"})
    EXPECT_TRUE(exists(path)) << path;
}

TEST_F(Markers, go_with_a_dead_job) {
  const std::string dead = world.path("dead");
  world.pass(-12 * kDay);
  const std::string file = dead + "/shared/" + world.uuid();
  world.file(file, 5);
  test::make_directory(dead + "/taskowned");
  test::make_directory(dead + "/chk-1");
  for (const std::string& path : {crc(file), dead + "/shared_$folder$", dead + "/taskowned_$folder$",
                                  dead + "/chk-1_$folder$", dead + "_$folder$"})
    marker(path, 0);
  for (const std::string& path : {dead + "/shared", dead + "/taskowned", dead + "/chk-1", dead})
    world.set_time(path, world.now);
  world.pass(12 * kDay);
  world.apply(world.plan_gc());
  EXPECT_FALSE(exists(dead));
  EXPECT_FALSE(exists(dead + "_$folder$"));
}

TEST_F(Markers, stay_with_what_could_not_go) {
  marker(crc(own));
  marker(old + "_$folder$");
  const Plan plan = world.plan_rm({old});
  EXPECT_TRUE(has_marker(plan, crc(own)));
  test::replace_file(own, "another one, since the plan was made");
  test::replace_file(old + "/notes", "mine");
  world.apply(plan);
  EXPECT_TRUE(exists(crc(own)));
  EXPECT_TRUE(exists(old + "_$folder$"));
}

TEST_F(Markers, of_an_unreadable_snapshot_stay) {
  const std::string unreadable = second + "/chk-2";
  test::replace_file(unreadable + "/_metadata", "nothing");
  world.set_time(unreadable + "/_metadata", world.now - 10 * kDay);
  marker(crc(unreadable + "/_metadata"));
  world.apply(world.plan_rm({unreadable}, kDefaultGraceNs, true));
  EXPECT_TRUE(exists(crc(unreadable + "/_metadata")));
  world.plan_gc();
  EXPECT_FALSE(has_marker(world.plan_gc(), crc(unreadable + "/_metadata")));
}

TEST_F(Markers, plan_names_files_below_entropy_keys_as_not_looked_at) {
  world.pass(-12 * kDay);
  world.file(world.path("a1b2/first/shared/" + world.uuid()), 5);
  world.file(world.path("c3d4/first/shared/" + world.uuid()), 5);
  world.file(world.path("c3d4/README"), 5);
  world.pass(12 * kDay);
  const Plan plan = world.plan_gc();
  EXPECT_TRUE(plan.files.empty());
  ASSERT_EQ(2U, plan.not_looked_at.size());
  EXPECT_EQ("a1b2/first/shared", plan.not_looked_at.front().place.path);
  EXPECT_EQ(1U, plan.not_looked_at.front().files);
}

}  // namespace
}  // namespace checkpointfs::removal
