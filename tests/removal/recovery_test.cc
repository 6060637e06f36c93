// SPDX-License-Identifier: Apache-2.0
// The guard of what clusters would recover from. Flink wrote the files (tests/flink/write-ha-fixtures).
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/files.h"
#include "world.h"

namespace checkpointfs::removal {
namespace {

constexpr const char* kJob = "file:/data/flink/checkpoints/2960957b08e4c57f7cf4a712afcdf82b";

// A job whose checkpoint 6 of four is what the cluster would recover from.
class Recovery : public testing::Test {
 protected:
  Recovery() {
    for (const int n : {5, 6, 7, 8}) {
      const std::string own = chk(n) + "/" + world_.uuid();
      world_.file(own, 50);
      world_.snapshot(chk(n), {{own, 50}}, n);
      world_.pass(kDay);
    }
    world_.pass(10 * kDay);
    world_.mappings = {{kJob, world_.path("job")}};
    std::filesystem::copy(data("2.3.0"), ha_, std::filesystem::copy_options::recursive);
    world_.ha = {ha_};
  }
  static std::string data(const std::string& version) {
    return std::string(CHECKPOINTFS_TEST_DATA) + "/ha-" + version + "/chained";
  }
  std::string chk(int n) const { return world_.path("job/chk-" + std::to_string(n)); }
  std::string ha_file() const { return ha_ + "/default/" + test::names_in(ha_ + "/default").at(0); }
  std::string gc_refusal() {
    return refusal([&] { world_.plan_gc(keep_last()); });
  }
  static Retention keep_last() {
    Retention retention;
    retention.keep_last = 1;
    return retention;
  }

  World world_;
  const std::string ha_ = world_.beside("ha");
};

TEST_F(Recovery, gc_keeps_the_checkpoint_that_a_cluster_would_recover_from) {
  for (const char* const version : {"1.20.5", "2.3.0"}) {
    std::filesystem::remove_all(ha_);
    std::filesystem::copy(data(version), ha_, std::filesystem::copy_options::recursive);
    const Plan plan = world_.plan_gc(keep_last());
    ASSERT_EQ(plan.snapshots.size(), 2U) << version;
    EXPECT_EQ(absolute(plan.snapshots[0].place), chk(5));
    EXPECT_EQ(absolute(plan.snapshots[1].place), chk(7));
  }
  world_.apply(world_.plan_gc(keep_last()));
  EXPECT_TRUE(exists(chk(6)));
  EXPECT_FALSE(exists(chk(7)));
  EXPECT_EQ(world_.first_lost(), "");
}

TEST_F(Recovery, without_its_directory_is_not_known) {
  world_.ha.clear();
  EXPECT_EQ(world_.plan_gc(keep_last()).snapshots.size(), 3U);
}

TEST_F(Recovery, rm_refuses_it_even_if_forced) {
  const std::string why = refusal([&] { world_.plan_rm({chk(6)}, 0, true); });
  EXPECT_EQ(why, chk(6) + " stays: a cluster would recover from it: " + ha_file());
  EXPECT_EQ(refusal([&] { world_.plan_rm({chk(5)}); }), "");
}

TEST_F(Recovery, is_looked_at_again_when_a_plan_is_applied) {
  world_.ha.clear();
  Plan plan = world_.plan_rm({chk(5), chk(6)});
  plan.ha = {ha_};  // as if the cluster had moved to this checkpoint after the plan was made
  EXPECT_EQ(refusal([&] { world_.apply(plan); }),
            chk(6) + " stays: a cluster would recover from it: " + ha_file());
  EXPECT_TRUE(exists(chk(5)));
  EXPECT_TRUE(exists(chk(6)));
}

TEST_F(Recovery, from_another_storage_keeps_everything) {
  world_.mappings.clear();
  const std::string why = gc_refusal();
  EXPECT_TRUE(why.starts_with("it is not known what clusters would recover from: " + ha_file() +
                              ": it names " + kJob +
                              "/chk-6/_metadata, which is no snapshot of these sources."))
      << why;
  EXPECT_NE(refusal([&] { world_.plan_rm({chk(5)}); }), "");
}

TEST_F(Recovery, from_a_checkpoint_that_is_gone_keeps_everything) {
  std::filesystem::remove_all(chk(6));
  EXPECT_NE(gc_refusal(), "");
}

// Flink removes the file with the checkpoint, between the two looks.
TEST_F(Recovery, from_a_file_that_is_gone_by_now_is_over) {
  const std::vector<RecoveryPointer> pointers = recovery_pointers({ha_});
  ASSERT_EQ(pointers.size(), 1U);
  EXPECT_EQ(pointers[0].uri, std::string(kJob) + "/chk-6/_metadata");
  std::filesystem::remove_all(chk(6));
  std::filesystem::remove(ha_file());
  EXPECT_TRUE(recovered_snapshots(world_.storage(), world_.look(), pointers).empty());
}

TEST_F(Recovery, from_a_file_that_has_all_the_state_needs_no_snapshot) {
  std::filesystem::copy_file(std::string(CHECKPOINTFS_TEST_DATA) + "/ha-job-manager/2.3.0", ha_file(),
                             std::filesystem::copy_options::overwrite_existing);
  const std::vector<RecoveryPointer> pointers = recovery_pointers({ha_});
  ASSERT_EQ(pointers.size(), 1U);
  EXPECT_EQ(pointers[0].uri, "");
  EXPECT_EQ(world_.plan_gc(keep_last()).snapshots.size(), 3U);
}

TEST_F(Recovery, that_cannot_be_understood_keeps_everything) {
  const std::string whole = test::read_file(ha_file());
  for (const std::string& damaged :
       {std::string(), whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 1), whole + "x",
        std::string("no Java at all")}) {
    test::write_file(ha_file(), damaged);
    EXPECT_NE(gc_refusal().find(ha_file() + ": offset "), std::string::npos) << gc_refusal();
  }
  test::write_file(ha_file(), whole);
  EXPECT_EQ(gc_refusal(), "");
}

TEST_F(Recovery, of_a_directory_without_its_files_keeps_everything) {
  const std::string file = ha_file();
  std::filesystem::create_symlink(file, ha_ + "/link");
  EXPECT_NE(gc_refusal().find(ha_ + "/link: symbolic links are not followed"), std::string::npos);
  std::filesystem::remove(ha_ + "/link");
  test::write_file(ha_ + "/default/submittedJobGraph1", "something else of Flink's");
  EXPECT_EQ(gc_refusal(), "");
  std::filesystem::remove(file);
  EXPECT_NE(gc_refusal().find("there is no file completedCheckpoint"), std::string::npos);
  std::filesystem::remove_all(ha_);
  EXPECT_NE(gc_refusal().find("No such file or directory"), std::string::npos) << gc_refusal();
}

}  // namespace
}  // namespace checkpointfs::removal
