// SPDX-License-Identifier: Apache-2.0
// A snapshot that cannot be decoded is set aside by itself, and all that it may name stays.
#include <gtest/gtest.h>
#include <unistd.h>

#include "two_jobs.h"

namespace checkpointfs::removal {
namespace {

class Quarantine : public testing::Test, protected TwoJobs {
 protected:
  Quarantine() {
    // Its version is unknown; it names a file of another job.
    const std::string bytes = contents(unreadable + "/_metadata");
    test::replace_file(unreadable + "/_metadata", bytes.substr(0, 4) + "\xff\xff\xff\xff" + bytes.substr(8));
    world.set_time(unreadable + "/_metadata", world.now - 10 * kDay);
  }
  Plan plan() { return world.plan_rm({unreadable}, kDefaultGraceNs, true); }

  std::string unreadable = second + "/chk-2";
};

TEST_F(Quarantine, is_what_the_refusal_advises) {
  const std::string said = refusal([&] { world.plan_gc(); });
  EXPECT_NE(std::string::npos, said.find(unreadable + ": its _metadata cannot be decoded")) << said;
  EXPECT_TRUE(said.ends_with("checkpointfs rm --source " + world.source(0) + " --source " + world.source(1) +
                             " --force-newest " + unreadable))
      << said;
  EXPECT_EQ(said, refusal([&] { world.plan_rm({first + "/chk-1"}); }));
}

TEST_F(Quarantine, takes_the_metadata_and_nothing_else) {
  const auto before = world.tree();
  const Plan made = plan();
  EXPECT_TRUE(made.is_quarantine());
  EXPECT_TRUE(made.files.empty());
  EXPECT_TRUE(made.directories.empty());
  const Applied applied = world.apply(made);
  EXPECT_EQ(1U, applied.snapshots);
  EXPECT_FALSE(exists(unreadable + "/_metadata"));
  EXPECT_TRUE(exists(second_own));
  EXPECT_TRUE(exists(unreadable));
  world.restore(made.id);
  EXPECT_EQ(before, world.tree());
  EXPECT_NE("", refusal([&] { world.plan_gc(); })) << "it is back";
}

TEST_F(Quarantine, keeps_what_it_may_name_until_it_is_purged) {
  const Plan made = plan();
  world.apply(made);
  world.forget(unreadable);
  const std::string unnamed = second + "/shared/" + world.uuid();
  world.pass(-12 * kDay);
  world.file(unnamed, 5);
  world.pass(12 * kDay);
  Plan after = world.plan_rm({first + "/chk-1"});
  EXPECT_TRUE(is_planned(after, own)) << "others can go again";
  EXPECT_NE(std::string::npos, why_kept(after, shared).find("may name it")) << "its name is in the metadata";
  after = world.plan_gc();
  for (const std::string& file : {second_own, unnamed}) {
    EXPECT_FALSE(is_planned(after, file));
    EXPECT_NE(std::string::npos, why_kept(after, file).find(made.id)) << file;
  }
  world.purge(made.id);
  after = world.plan_gc();
  EXPECT_TRUE(is_planned(after, second_own));
  EXPECT_TRUE(is_planned(after, unnamed));
  EXPECT_TRUE(is_planned(world.plan_rm({first + "/chk-1"}), shared));
}

TEST_F(Quarantine, of_damaged_metadata_keeps_the_files_of_all_jobs) {
  const std::string bytes = contents(unreadable + "/_metadata");
  const std::string readable = bytes.substr(0, 4) + std::string("\0\0\0\3", 4) + bytes.substr(8);
  test::replace_file(unreadable + "/_metadata", readable.substr(0, 30));
  world.set_time(unreadable + "/_metadata", world.now - 10 * kDay);
  const Plan made = plan();
  world.apply(made);
  world.forget(unreadable);
  const Plan after = world.plan_rm({first + "/chk-1"});
  EXPECT_FALSE(is_planned(after, shared));
  EXPECT_NE(std::string::npos, why_kept(after, shared).find(made.id)) << why_kept(after, shared);
  world.purge(made.id);
  EXPECT_TRUE(is_planned(world.plan_rm({first + "/chk-1"}), shared));
}

TEST_F(Quarantine, of_one_of_two_goes_while_the_other_still_blocks) {
  const std::string other = second + "/chk-5";
  test::replace_file(other + "/_metadata", "nothing");
  world.set_time(other + "/_metadata", world.now - 10 * kDay);
  const std::string said = refusal([&] { world.plan_gc(); });
  EXPECT_NE(std::string::npos, said.find("(1 of 2, -v lists all)")) << said;
  EXPECT_EQ("", refusal([&] { world.apply(plan()); }));
  EXPECT_NE("", refusal([&] { world.plan_gc(); }));
  EXPECT_EQ("", refusal([&] { world.apply(world.plan_rm({other}, kDefaultGraceNs, true)); }));
  EXPECT_EQ("", refusal([&] { world.plan_gc(); }));
}

TEST_F(Quarantine, goes_alone) {
  EXPECT_NE("", refusal([&] { world.plan_rm({unreadable, first + "/chk-1"}, kDefaultGraceNs, true); }));
}

TEST_F(Quarantine, of_what_may_be_in_progress_or_the_newest_is_refused) {
  EXPECT_NE("", refusal([&] { world.plan_rm({unreadable}); })) << "no later checkpoint can be read";
  world.snapshot(second + "/chk-10", {{shared, 100}}, 10);
  EXPECT_EQ("", refusal([&] { world.plan_rm({unreadable}); }));
  EXPECT_NE("", refusal([&] { world.plan_rm({unreadable}, 11 * kDay); })) << "it is young";
}

TEST_F(Quarantine, that_can_be_decoded_meanwhile_is_refused) {
  const Plan made = plan();
  world.snapshot(unreadable, {{shared, 100}, {second_own, 30}}, 2);
  EXPECT_NE("", refusal([&] { world.apply(made); }));
  EXPECT_TRUE(exists(unreadable + "/_metadata"));
}

}  // namespace
}  // namespace checkpointfs::removal
