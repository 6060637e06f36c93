// SPDX-License-Identifier: Apache-2.0
// Each rule of deleting, by itself.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "base/path.h"
#include "removal/apply/unpin.h"
#include "removal/survey/judge.h"
#include "tests/support/metadata_builder.h"
#include "world.h"

namespace checkpointfs::removal {
namespace {

// A job with three checkpoints, ten and more days old: `first_` is needed by chk-1 alone, `second_` by chk-1
// and chk-2, `third_` by all but chk-1, `orphan_` by none.
class Rules : public testing::Test {
 protected:
  Rules() {
    world_.file(first_, 100);
    world_.file(second_, 200);
    world_.file(own_, 50);
    world_.file(orphan_, 70);
    world_.snapshot(chk(1), {{own_, 50}, {first_, 100}, {second_, 200}}, 1);
    test::make_directory(job_ + "/taskowned");
    world_.pass(kDay);
    world_.file(third_, 300);
    world_.snapshot(chk(2), {{second_, 200}, {third_, 300}}, 2);
    world_.pass(kDay);
    world_.snapshot(chk(3), {{third_, 300}}, 3);
    world_.pass(10 * kDay);
  }
  std::string chk(int n) const { return job_ + "/chk-" + std::to_string(n); }
  std::string last_of_third() const { return std::string(base::last_component(third_)); }
  bool is_planned(const Plan& plan, const std::string& path) const {
    for (const PlannedFile& file : plan.files) {
      if (absolute(file.place) == path) return true;
    }
    return false;
  }
  std::string why_kept(const Plan& plan, const std::string& path) const {
    for (const KeptFile& file : plan.kept) {
      if (absolute(file.place) == path) return file.why;
    }
    return {};
  }

  World world_{2};
  std::string job_ = world_.path("job");
  std::string first_ = job_ + "/shared/" + world_.uuid();
  std::string second_ = job_ + "/shared/" + world_.uuid();
  std::string third_ = job_ + "/shared/" + world_.uuid();
  std::string orphan_ = job_ + "/shared/" + world_.uuid();
  std::string own_ = chk(1) + "/" + world_.uuid();
};

TEST_F(Rules, rm_takes_the_snapshot_and_what_only_it_needs) {
  const Applied applied = world_.apply(world_.plan_rm({chk(1)}));
  EXPECT_EQ(1U, applied.snapshots);
  EXPECT_EQ(2U, applied.files);
  EXPECT_EQ(150U, applied.bytes);
  EXPECT_FALSE(exists(chk(1)));
  EXPECT_FALSE(exists(first_));
  EXPECT_TRUE(exists(second_));
  EXPECT_TRUE(exists(orphan_)) << "rm is no gc";
  EXPECT_EQ("", world_.first_lost());
  EXPECT_TRUE(exists(world_.path(".checkpointfs/trash/" + applied.id + "/files/job/chk-1/_metadata")));
}

TEST_F(Rules, gc_takes_what_nobody_needs) {
  const Plan plan = world_.plan_gc();
  EXPECT_TRUE(is_planned(plan, orphan_));
  EXPECT_EQ(1U, world_.apply(plan).files);
  EXPECT_FALSE(exists(orphan_));
  EXPECT_EQ("", world_.first_lost());
  EXPECT_TRUE(world_.plan_gc().empty());
}

TEST_F(Rules, what_another_snapshot_needs_stays) {
  const Plan plan = world_.plan_rm({chk(1)});
  EXPECT_EQ(chk(2) + " needs it", why_kept(plan, second_));
  EXPECT_FALSE(is_planned(plan, second_));
}

TEST_F(Rules, what_a_snapshot_of_another_source_needs_stays) {
  const std::string other = world_.source(1) + "/copy/chk-7";
  world_.snapshot(other, {{first_, 100}, {orphan_, 70}}, 7);
  world_.pass(10 * kDay);
  EXPECT_FALSE(is_planned(world_.plan_rm({chk(1)}), first_));
  EXPECT_FALSE(is_planned(world_.plan_gc(), orphan_));
}

TEST_F(Rules, unreadable_metadata_keeps_everything) {
  test::replace_file(job_ + "/chk-2/_metadata", "no metadata at all");
  EXPECT_NE("", refusal([&] { world_.plan_rm({chk(1)}); }));
  EXPECT_NE("", refusal([&] { world_.plan_gc(); }));
}

TEST_F(Rules, a_uri_that_leads_nowhere_keeps_everything) {
  test::replace_file(job_ + "/chk-9/_metadata",
                     test::metadata_with({test::file("hdfs://nn/elsewhere/f", 10)}, 9));
  const std::string said = refusal([&] { world_.plan_gc(); });
  EXPECT_NE(std::string::npos, said.find("hdfs://nn/elsewhere/f")) << said;
  EXPECT_NE(std::string::npos, said.find("--map")) << said;
}

TEST_F(Rules, a_directory_that_cannot_be_listed_keeps_everything) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may list every directory";
  ::chmod((job_ + "/chk-2").c_str(), 0);
  EXPECT_NE("", refusal([&] { world_.plan_gc(); }));
  ::chmod((job_ + "/chk-2").c_str(), 0755);
}

TEST_F(Rules, a_link_on_the_way_to_a_needed_file_keeps_everything) {
  test::rename_path(third_, third_ + ".moved");
  ASSERT_EQ(0, ::symlink((third_ + ".moved").c_str(), third_.c_str()));
  EXPECT_NE("", refusal([&] { world_.plan_gc(); }));
}

TEST_F(Rules, no_snapshot_at_all_keeps_everything) {
  for (int n = 1; n <= 3; ++n) test::remove_all(chk(n) + "/_metadata");
  EXPECT_NE("", refusal([&] { world_.plan_gc(); }));
}

TEST_F(Rules, the_last_snapshot_of_all_can_go_even_in_two_parts) {
  world_.apply(world_.plan_rm({chk(1), chk(2)}));
  const Plan plan = world_.plan_rm({chk(3)}, 0, true);
  WorldChanges disk(world_.now);
  {
    Trashes trashes({world_.source(0), world_.source(1)}, disk);
    begin(plan, world_.storage(), trashes, disk);
  }
  EXPECT_FALSE(exists(chk(3) + "/_metadata"));
  EXPECT_TRUE(exists(third_));
  EXPECT_EQ(1U, world_.resume().size());
  EXPECT_FALSE(exists(third_));
}

TEST_F(Rules, a_job_that_lost_its_snapshots_since_the_plan_keeps_everything) {
  world_.snapshot(world_.path("other/chk-1"), {{third_, 300}}, 1);
  world_.pass(10 * kDay);
  const Plan plan = world_.plan_gc();
  test::remove_all(world_.path("other/chk-1"));
  EXPECT_NE("", refusal([&] { world_.apply(plan); }));
  EXPECT_TRUE(exists(orphan_));
}

TEST_F(Rules, snapshots_that_a_running_job_subsumes_are_no_loss) {
  const Plan plan = world_.plan_gc();
  test::remove_all(chk(2));
  EXPECT_EQ("", refusal([&] { world_.apply(plan); }));
  EXPECT_FALSE(exists(orphan_));
}

TEST_F(Rules, a_file_with_the_name_of_a_lost_one_stays) {
  const std::string moved = job_ + "/chk-4/" + third_.substr(third_.rfind('/') + 1);
  test::make_directory(job_ + "/chk-4");
  test::rename_path(third_, moved);
  world_.set_time(moved, world_.now - 11 * kDay);
  const Plan plan = world_.plan_gc();
  EXPECT_NE("", why_kept(plan, moved));
  EXPECT_FALSE(is_planned(plan, moved));
}

// Two snapshots have lost files of one name in two places, and the one whose file is found first goes.
TEST_F(Rules, a_file_with_the_name_of_a_lost_one_stays_for_each_snapshot_that_has_lost_one) {
  const std::string name(base::last_component(orphan_));
  const std::string first = world_.path("a/shared/" + name);
  const std::string other = world_.path("b/shared/" + name);
  world_.now -= 5 * kDay;
  world_.snapshot(world_.path("a/chk-1"), {{first, 70}}, 1);
  world_.snapshot(world_.path("b/chk-1"), {{other, 70}}, 1);
  world_.now += 5 * kDay;
  world_.forget(world_.path("a/chk-1"));
  world_.forget(world_.path("b/chk-1"));
  const Survey survey = world_.look();
  const Judge judge(survey, {survey.number_of(*survey.snapshot_at({world_.source(), "a/chk-1"}))}, world_.now,
                    0);
  struct stat st = {};
  ASSERT_EQ(0, ::stat(orphan_.c_str(), &st));
  const Candidate orphan{{world_.source(), "job/shared/" + name},
                         {st.st_dev, st.st_ino, 70, kSecond, 0, st.st_uid}};
  EXPECT_EQ(world_.path("b/chk-1") + " has lost a file of that name, " + other, judge.reason_to_keep(orphan));
}

TEST_F(Rules, a_segment_keeps_its_whole_file) {
  const std::string merged = job_ + "/shared/" + world_.uuid();
  world_.pass(-11 * kDay);
  world_.file(merged, 1000);
  world_.pass(kDay);
  world_.segment_snapshot(job_ + "/chk-4", merged, 100, 50, 4);
  world_.pass(10 * kDay);
  const Plan plan = world_.plan_gc();
  EXPECT_FALSE(is_planned(plan, merged));
  EXPECT_EQ(950U, plan.wasted_bytes);
}

TEST_F(Rules, a_second_name_of_a_needed_file_stays) {
  const std::string second_name = job_ + "/shared/" + world_.uuid();
  ASSERT_EQ(0, ::link(third_.c_str(), second_name.c_str()));
  EXPECT_FALSE(is_planned(world_.plan_gc(), second_name));
}

TEST_F(Rules, nothing_in_taskowned_goes) {
  const std::string file = job_ + "/taskowned/" + world_.uuid();
  world_.pass(-12 * kDay);
  world_.file(file, 10);
  world_.snapshot(chk(1), {{own_, 50}, {first_, 100}, {second_, 200}, {file, 10}}, 1);
  world_.pass(12 * kDay);
  EXPECT_FALSE(is_planned(world_.plan_rm({chk(1)}), file));
  EXPECT_FALSE(is_planned(world_.plan_gc(), file));
}

TEST_F(Rules, nothing_in_a_forst_database_goes) {
  const std::string file = job_ + "/shared/op_KeyedProcess_1__1_2__attempt_0/db/" + world_.uuid();
  world_.pass(-12 * kDay);
  world_.file(file, 10);
  world_.pass(12 * kDay);
  EXPECT_FALSE(is_planned(world_.plan_gc(), file));
  EXPECT_NE("", why_kept(world_.plan_gc(), file));
}

TEST_F(Rules, what_flink_did_not_name_stays) {
  const std::string file = job_ + "/shared/README.txt";
  world_.pass(-12 * kDay);
  world_.file(file, 10);
  world_.pass(12 * kDay);
  EXPECT_FALSE(is_planned(world_.plan_gc(), file));
}

TEST_F(Rules, metadata_and_pins_stay_even_if_a_snapshot_names_them) {
  const std::string pinned = world_.path(".checkpointfs/pins/kept/" + world_.uuid());
  world_.pass(-12 * kDay);
  world_.file(pinned, 10);
  const std::string metadata = chk(2) + "/_metadata";
  world_.snapshot(chk(1), {{metadata, contents(metadata).size()}, {pinned, 10}, {first_, 100}}, 1);
  world_.pass(12 * kDay);
  const Plan plan = world_.plan_rm({chk(1)});
  EXPECT_FALSE(is_planned(plan, metadata));
  EXPECT_FALSE(is_planned(plan, pinned));
  EXPECT_TRUE(is_planned(plan, first_));
}

TEST_F(Rules, what_lies_outside_of_a_job_is_not_even_listed) {
  world_.pass(-12 * kDay);
  world_.file(world_.path("backup/" + world_.uuid()), 10);
  world_.pass(12 * kDay);
  EXPECT_EQ(1U, world_.plan_gc().files.size());
}

TEST_F(Rules, what_metadata_names_outside_of_jobs_or_by_another_name_stays) {
  const std::string elsewhere = world_.path("data/" + world_.uuid());
  const std::string report = job_ + "/shared/report.csv";
  const std::string savepoints = world_.path("savepoint-1-2/" + world_.uuid());
  const std::string copied = chk(1) + "/" + world_.uuid() + "-1f2e3d4c";
  world_.pass(-12 * kDay);
  for (const std::string& file : {elsewhere, report, savepoints, copied}) world_.file(file, 10);
  world_.snapshot(chk(1), {{elsewhere, 10}, {report, 10}, {savepoints, 10}, {copied, 10}}, 1);
  world_.pass(12 * kDay);
  const Plan plan = world_.plan_rm({chk(1)});
  EXPECT_EQ("it lies in no directory of a job, whatever metadata says", why_kept(plan, elsewhere));
  EXPECT_NE("", why_kept(plan, report));
  EXPECT_TRUE(is_planned(plan, savepoints));
  EXPECT_TRUE(is_planned(plan, copied));
}

// The files are like a backup that is being copied in by rsync -t or cp -p.
TEST_F(Rules, what_was_made_here_lately_stays_whatever_its_time_says) {
  world_.now = storage::DiskOperations().now_ns();
  for (const std::string& file : {first_, second_, third_, own_})
    world_.set_time(file, world_.now - 20 * kDay);
  for (int n = 1; n <= 3; ++n) world_.set_time(chk(n) + "/_metadata", world_.now - (15 - n) * kDay);
  const Plan plan = world_.plan_rm({chk(1)});
  EXPECT_FALSE(is_planned(plan, first_));
  EXPECT_EQ("it was made, moved or changed here less than 3 days ago (--grace)", why_kept(plan, first_));
  EXPECT_TRUE(is_planned(world_.plan_rm({chk(1)}, 0), first_));
}

TEST_F(Rules, what_is_young_stays) {
  EXPECT_FALSE(is_planned(world_.plan_gc({}, 13 * kDay), orphan_));
  EXPECT_FALSE(is_planned(world_.plan_rm({chk(1)}, 13 * kDay), first_));
  EXPECT_TRUE(is_planned(world_.plan_gc({}, 11 * kDay), orphan_));
}

TEST_F(Rules, what_has_no_time_or_one_to_come_stays) {
  world_.set_time(orphan_, 0);
  EXPECT_FALSE(is_planned(world_.plan_gc(), orphan_));
  world_.set_time(first_, world_.now + kDay);
  EXPECT_FALSE(is_planned(world_.plan_rm({chk(1)}, 0), first_));
}

TEST_F(Rules, what_is_newer_than_the_newest_checkpoint_stays) {
  world_.pass(-9 * kDay);
  const std::string file = job_ + "/shared/" + world_.uuid();
  world_.file(file, 10);
  world_.pass(9 * kDay);
  EXPECT_FALSE(is_planned(world_.plan_gc(), file));
}

TEST_F(Rules, the_newest_checkpoint_of_a_job_stays) {
  EXPECT_NE("", refusal([&] { world_.plan_rm({chk(3)}); }));
  EXPECT_EQ("", refusal([&] { world_.plan_rm({chk(3)}, 0, true); }));
  Retention all;
  all.keep_last = 1;
  for (const PlannedSnapshot& snapshot : world_.plan_gc(all).snapshots)
    EXPECT_NE(chk(3), absolute(snapshot.place));
}

TEST_F(Rules, the_last_of_checkpoints_that_have_one_time_is_the_newest) {
  for (int n = 1; n <= 3; ++n) world_.set_time(chk(n) + "/_metadata", world_.now - 10 * kDay);
  EXPECT_EQ("", refusal([&] { world_.plan_rm({chk(1), chk(2)}); }));
  EXPECT_NE("", refusal([&] { world_.plan_rm({chk(3)}); }));
}

// Mounted stores: each spelling leads to the one file.
TEST_F(Rules, one_file_is_one_file_however_its_uri_is_spelled) {
  const std::string below = world_.source().substr(1) + "/job/shared/" + third_.substr(third_.rfind('/') + 1);
  world_.mappings = {{"s3://bucket/flink", world_.source(), false, ""},
                     {"hdfs://nn:8020/flink", world_.source(), false, ""}};
  const std::string relative = third_.substr(world_.source().size());
  for (const std::string& uri :
       {"file:/" + below, "file:///" + below,
        "file:/" + world_.source().substr(1) + "/job/../job/./shared/" + last_of_third(),
        "s3://bucket/flink" + relative, "s3a://bucket/flink" + relative, "s3n://bucket/flink/" + relative,
        "hdfs://nn:8020/flink" + relative}) {
    test::replace_file(chk(2) + "/_metadata", test::metadata_with({test::file(uri, 300)}, 2));
    test::replace_file(chk(3) + "/_metadata", test::metadata_with({test::file("file:" + own_, 50)}, 3));
    for (int n = 2; n <= 3; ++n) world_.set_time(chk(n) + "/_metadata", world_.now - (12 - n) * kDay);
    // chk-1 alone would need it by its own spelling.
    world_.snapshot(chk(1), {{third_, 300}, {first_, 100}}, 1);
    world_.set_time(chk(1) + "/_metadata", world_.now - 11 * kDay);
    const Plan plan = world_.plan_rm({chk(1)});
    EXPECT_EQ(chk(2) + " needs it", why_kept(plan, third_)) << uri;
    EXPECT_TRUE(is_planned(plan, first_)) << uri;
    EXPECT_FALSE(is_planned(world_.plan_gc(), third_)) << uri;
    // The file goes with the snapshot that names it so.
    test::replace_file(chk(1) + "/_metadata", test::metadata_with({test::file("file:" + own_, 50)}, 1));
    EXPECT_TRUE(is_planned(world_.plan_rm({chk(2)}), third_)) << uri;
  }
}

TEST_F(Rules, a_file_that_changed_since_the_plan_stays) {
  const Plan plan = world_.plan_gc();
  test::replace_file(orphan_, "another one");
  world_.set_time(orphan_, world_.now - 11 * kDay);
  const Applied applied = world_.apply(plan);
  EXPECT_TRUE(exists(orphan_));
  ASSERT_EQ(1U, applied.kept.size());
  EXPECT_EQ("it is another file than when the plan was made", applied.kept.front().why);
}

TEST_F(Rules, a_plan_whose_inputs_changed_is_refused) {
  const Plan plan = world_.plan_rm({chk(1)});
  world_.snapshot(chk(1), {{own_, 50}}, 1);
  EXPECT_NE("", refusal([&] { world_.apply(plan); }));
  const Plan other = world_.plan_gc();
  world_.mappings.push_back({"hdfs://nn/x", world_.source(1), false, ""});
  EXPECT_NE("", refusal([&] { world_.apply(other); }));
  EXPECT_TRUE(exists(orphan_));
}

TEST_F(Rules, what_became_needed_since_the_plan_stays) {
  const Plan plan = world_.plan_gc();
  world_.snapshot(job_ + "/chk-4", {{orphan_, 70}}, 4);
  const Applied applied = world_.apply(plan);
  EXPECT_TRUE(exists(orphan_));
  EXPECT_EQ(0U, applied.files);
  EXPECT_EQ("", world_.first_lost());
}

TEST_F(Rules, a_plan_is_applied_once) {
  const Plan plan = world_.plan_gc();
  world_.apply(plan);
  EXPECT_NE("", refusal([&] { world_.apply(plan); }));
  world_.purge(plan.id);
  EXPECT_NE("", refusal([&] { world_.apply(plan); })) << "the journal knows it after the trash was purged";
}

// The snapshot finds the copy by a mapping to a backup that was given once and is remembered.
TEST_F(Rules, a_file_stays_if_a_snapshot_finds_its_copy_elsewhere) {
  const std::string backup = world_.source(1) + "/backup/" + last_of_third();
  test::make_directory(world_.source(1) + "/backup");
  test::replace_file(backup, contents(third_));
  const std::string uri = "s3://bucket/flink/job/shared/" + last_of_third();
  for (int n = 2; n <= 3; ++n) {
    test::replace_file(chk(n) + "/_metadata", test::metadata_with({test::file(uri, 300)}, n));
    world_.set_time(chk(n) + "/_metadata", world_.now - (12 - n) * kDay);
  }
  world_.mappings = {{"s3://bucket/flink/job/shared", world_.source(1) + "/backup", false, ""}};
  const Plan plan = world_.plan_gc();
  EXPECT_FALSE(is_planned(plan, third_));
  EXPECT_EQ(chk(2) + " needs a file of that name, which it finds as " + backup, why_kept(plan, third_));
  EXPECT_TRUE(is_planned(plan, orphan_)) << "a name of its own";
}

TEST_F(Rules, most_files_of_a_job_with_a_usable_checkpoint_stay_unless_forced) {
  world_.pass(-12 * kDay);
  for (int i = 0; i < 3; ++i) world_.file(job_ + "/shared/" + world_.uuid(), 10);
  world_.pass(12 * kDay);
  EXPECT_EQ(4U, world_.plan_gc().files.size()) << "half of them";
  world_.pass(-12 * kDay);
  world_.file(job_ + "/shared/" + world_.uuid(), 10);
  world_.pass(12 * kDay);
  const std::string said = refusal([&] { world_.plan_gc(); });
  EXPECT_NE(std::string::npos, said.find("5 of the 9 state files in " + job_)) << said;
  EXPECT_NE(std::string::npos, said.find("--force-most")) << said;
  EXPECT_EQ(5U, world_.plan_gc({}, kDefaultGraceNs, true).files.size());
}

TEST_F(Rules, files_of_checkpoints_that_retention_removes_are_no_reason_to_refuse) {
  Retention last;
  last.keep_last = 1;
  EXPECT_EQ(4U, world_.plan_gc(last).files.size()) << "of five";
}

TEST_F(Rules, files_of_a_job_without_a_usable_checkpoint_are_not_counted) {
  const std::string failed = world_.path("failed");
  world_.pass(-12 * kDay);
  world_.file(failed + "/shared/" + world_.uuid(), 10);
  world_.file(failed + "/chk-1/" + world_.uuid(), 10);
  world_.snapshot(world_.path("inline") + "/chk-3", {}, 3);
  world_.file(world_.path("inline") + "/chk-2/" + world_.uuid(), 10);
  world_.pass(12 * kDay);
  EXPECT_EQ(4U, world_.plan_gc().files.size());
}

TEST_F(Rules, two_processes_do_not_remove_at_once) {
  WorldChanges disk(world_.now);
  const Trashes one({world_.source(0), world_.source(1)}, disk);
  EXPECT_NE("", refusal([&] { Trashes({world_.source(1)}, disk); }));
}

TEST_F(Rules, nothing_is_destroyed_before_a_purge) {
  const auto before = world_.tree();
  const Plan plan = world_.plan_rm({chk(1), chk(2)});
  world_.apply(plan);
  EXPECT_NE(before, world_.tree());
  const Restored restored = world_.restore(plan.id);
  EXPECT_TRUE(restored.failed.empty());
  EXPECT_EQ(before, world_.tree()) << "names, modes, times and bytes, of directories too";
  EXPECT_TRUE(list_trash({world_.source()}).empty());
}

TEST_F(Rules, restoring_overwrites_nothing) {
  const Plan plan = world_.plan_gc();
  world_.apply(plan);
  test::replace_file(orphan_, "somebody else's");
  EXPECT_EQ(1U, world_.restore(plan.id).failed.size());
  EXPECT_EQ("somebody else's", contents(orphan_));
  test::remove_all(orphan_);
  EXPECT_TRUE(world_.restore(plan.id).failed.empty());
  EXPECT_EQ(std::string(70, contents(orphan_)[0]), contents(orphan_));
}

TEST_F(Rules, the_journal_has_all_that_went) {
  const Plan plan = world_.plan_rm({chk(1)});
  world_.apply(plan);
  const std::string journal = contents(world_.path(".checkpointfs/trash/journal.jsonl"));
  for (const std::string& path : {first_, own_, chk(1) + "/_metadata"}) {
    const std::string below = path.substr(world_.source().size() + 1);
    EXPECT_NE(std::string::npos, journal.find("\"event\":\"trashed\",\"path\":\"" + below + "\",\"size\":"))
        << below;
  }
  EXPECT_NE(std::string::npos, journal.find("\"inode\":"));
  EXPECT_NE(std::string::npos, journal.find(plan.id));
}

TEST_F(Rules, what_a_snapshot_has_lost_is_not_purged) {
  const Plan plan = world_.plan_gc();
  world_.apply(plan);
  world_.snapshot(job_ + "/chk-4", {{orphan_, 70}}, 4);
  EXPECT_NE("", refusal([&] { world_.purge(plan.id); }));
  world_.restore(plan.id);
  EXPECT_EQ("", world_.first_lost());
}

TEST_F(Rules, what_a_snapshot_in_the_trash_needs_is_purged_with_it_only) {
  const Plan one = world_.plan_rm({chk(1)});
  world_.apply(one);
  const Plan two = world_.plan_rm({chk(2)});
  world_.apply(two);
  ASSERT_FALSE(exists(second_)) << "chk-1 and chk-2 needed it";
  const std::string refused = refusal([&] { world_.purge(two.id); });
  EXPECT_NE(std::string::npos, refused.find(chk(1))) << refused;
  EXPECT_NE(std::string::npos, refused.find(one.id)) << refused;
  const Restored restored = world_.restore(one.id);
  ASSERT_EQ(1U, restored.lacking.size());
  EXPECT_EQ(chk(1), absolute(restored.lacking.front().snapshot));
  EXPECT_EQ(1U, restored.lacking.front().files);
  EXPECT_EQ(std::set<std::string>{two.id}, restored.lacking.front().plans);
  EXPECT_TRUE(world_.restore(two.id).lacking.empty());
  EXPECT_EQ("", world_.first_lost());
}

TEST_F(Rules, plans_are_purged_together_or_not_at_all) {
  const Plan one = world_.plan_rm({chk(1)});
  world_.apply(one);
  const Plan two = world_.plan_rm({chk(2)});
  world_.apply(two);
  WorldChanges disk(world_.now);
  Trashes trashes({world_.source(0), world_.source(1)}, disk);
  const auto purge_all = [&](const std::vector<std::string>& ids) {
    return purge(ids, world_.storage(), world_.look(), trashes, disk);
  };
  EXPECT_NE("", refusal([&] { purge_all({two.id, "no-such-plan"}); }));
  EXPECT_EQ(2U, list_trash({world_.source()}).size());
  EXPECT_EQ(2U, purge_all({two.id, one.id}).size());
}

class UnpinRules : public Rules {
 protected:
  UnpinRules() {
    test::replace_file(pin_ + "/_metadata", test::metadata_with({test::relative(name_, 10)}, 1));
    test::replace_file(file_, "0123456789");
    test::replace_file(pin_ + ".json", "{}");
  }
  Unpinned remove() {
    WorldChanges disk(world_.now);
    Trashes trashes({world_.source(0), world_.source(1)}, disk);
    return unpin(world_.source(), "kept", world_.look(), trashes, disk);
  }

  const std::string name_ = world_.uuid();
  const std::string pin_ = world_.path(".checkpointfs/pins/kept");
  const std::string file_ = pin_ + "/" + name_;
};

TEST_F(UnpinRules, a_pin_that_a_snapshot_needs_stays) {
  world_.snapshot(job_ + "/chk-4", {{file_, 10}}, 4);
  const std::string refused = refusal([&] { remove(); });
  EXPECT_NE(std::string::npos, refused.find(job_ + "/chk-4 needs its file " + name_)) << refused;
  EXPECT_TRUE(exists(file_));
}

TEST_F(UnpinRules, a_pin_stays_that_a_snapshot_names_and_finds_as_a_copy) {
  const std::string copies = world_.beside("copies");
  test::replace_file(copies + "/.checkpointfs/pins/kept/" + name_, "0123456789");
  world_.mappings = {{"s3://bucket/flink", copies, false, ""}};
  const std::string uri = "s3://bucket/flink/.checkpointfs/pins/kept/" + name_;
  test::replace_file(job_ + "/chk-4/_metadata", test::metadata_with({test::file(uri, 10)}, 4));
  EXPECT_NE("", refusal([&] { remove(); }));
  EXPECT_TRUE(exists(file_));
}

TEST_F(UnpinRules, a_pin_that_has_what_a_snapshot_lost_stays) {
  world_.snapshot(job_ + "/chk-4", {{job_ + "/shared/" + name_, 10}}, 4);
  EXPECT_NE("", refusal([&] { remove(); }));
  EXPECT_TRUE(exists(file_));
}

TEST_F(UnpinRules, a_pin_stays_while_something_is_unknown) {
  test::replace_file(chk(2) + "/_metadata", "damaged");
  EXPECT_NE("", refusal([&] { remove(); }));
  EXPECT_TRUE(exists(file_));
}

TEST_F(UnpinRules, a_pin_goes_into_the_trash_and_comes_back) {
  ASSERT_EQ(0, ::chmod(pin_.c_str(), 0750));
  const std::string metadata = contents(pin_ + "/_metadata");
  const Unpinned unpinned = remove();
  EXPECT_FALSE(exists(pin_));
  EXPECT_FALSE(exists(pin_ + ".json"));
  EXPECT_EQ(1U, unpinned.pin.files);
  const std::string journal = contents(world_.path(".checkpointfs/trash/journal.jsonl"));
  EXPECT_NE(std::string::npos, journal.find(name_));
  EXPECT_TRUE(world_.resume().empty()) << "it is done";
  EXPECT_TRUE(world_.restore(unpinned.plan).failed.empty());
  EXPECT_EQ("0123456789", contents(file_));
  EXPECT_EQ(metadata, contents(pin_ + "/_metadata"));
  struct stat st = {};
  ASSERT_EQ(0, ::stat(pin_.c_str(), &st));
  EXPECT_EQ(0750U, st.st_mode & 07777);
}

TEST_F(Rules, purged_is_destroyed) {
  const Plan plan = world_.plan_gc();
  world_.apply(plan);
  EXPECT_EQ(1U, world_.purge(plan.id).files);
  EXPECT_FALSE(exists(world_.path(".checkpointfs/trash/" + plan.id)));
  EXPECT_NE("", refusal([&] { world_.restore(plan.id); }));
}

TEST_F(Rules, leftovers_of_failed_checkpoints_and_dead_jobs_go) {
  world_.pass(-12 * kDay);
  world_.file(job_ + "/chk-0/" + world_.uuid(), 5);
  const std::string dead = world_.path("dead");
  world_.file(dead + "/shared/" + world_.uuid(), 5);
  test::make_directory(dead + "/taskowned");
  test::make_directory(dead + "/chk-1");
  for (const std::string& path :
       {dead + "/shared", dead + "/taskowned", dead + "/chk-1", dead, job_ + "/chk-0"})
    world_.set_time(path, world_.now);
  world_.pass(12 * kDay);
  world_.apply(world_.plan_gc());
  EXPECT_FALSE(exists(job_ + "/chk-0"));
  EXPECT_FALSE(exists(dead));
  EXPECT_TRUE(exists(job_ + "/taskowned"));
}

TEST_F(Rules, a_dead_job_of_which_a_file_stays_is_known_as_a_job_the_next_time) {
  const std::string dead = world_.path("dead");
  world_.pass(-12 * kDay);
  const std::string old = dead + "/shared/" + world_.uuid();
  const std::string young = dead + "/shared/" + world_.uuid();
  world_.file(old, 5);
  test::make_directory(dead + "/taskowned");
  world_.pass(11 * kDay);
  world_.file(young, 5);
  for (const std::string& path : {dead + "/shared", dead + "/taskowned", dead})
    world_.set_time(path, world_.now - 11 * kDay);
  world_.pass(kDay);
  world_.apply(world_.plan_gc());
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(exists(dead + "/taskowned"));
  world_.pass(12 * kDay);
  for (const std::string& path : {dead + "/shared", dead + "/taskowned", dead})
    world_.set_time(path, world_.now - 12 * kDay);
  world_.apply(world_.plan_gc());
  EXPECT_FALSE(exists(dead));
}

TEST_F(Rules, directories_in_which_something_is_left_stay) {
  test::replace_file(chk(1) + "/notes", "mine");
  world_.apply(world_.plan_rm({chk(1)}));
  EXPECT_EQ("mine", contents(chk(1) + "/notes"));
}

TEST_F(Rules, retention_keeps_the_last_those_within_a_time_and_those_named) {
  for (int n = 4; n <= 8; ++n) {
    world_.snapshot(chk(n), {{third_, 300}}, n);
    world_.pass(kDay);
  }
  const auto going = [&](const Retention& retention) {
    std::vector<std::string> names;
    for (const PlannedSnapshot& snapshot : world_.plan_gc(retention).snapshots)
      names.push_back(snapshot.place.path);
    return names;
  };
  Retention last;
  last.keep_last = 5;
  EXPECT_EQ((std::vector<std::string>{"job/chk-1", "job/chk-2", "job/chk-3"}), going(last));
  Retention within;
  within.keep_within_ns = 10 * kDay;
  EXPECT_EQ((std::vector<std::string>{"job/chk-1", "job/chk-2", "job/chk-3"}), going(within));
  within.keep = {"*/chk-2"};
  within.keep_last = 6;
  EXPECT_EQ((std::vector<std::string>{"job/chk-1"}), going(within));
  within.jobs = std::set<std::string>{"other"};
  EXPECT_TRUE(going(within).empty());
}

TEST_F(Rules, a_copy_in_a_directory_of_no_job_is_for_retention_only_if_that_is_named) {
  for (int n = 1; n <= 3; ++n) {
    const std::string directory = world_.path("backup/chk-" + std::to_string(n));
    const std::string name = world_.uuid();
    world_.file(directory + "/" + name, 10);
    test::replace_file(directory + "/_metadata", test::metadata_with({test::relative(name, 10)}, n));
    world_.set_time(directory + "/_metadata", world_.now - 10 * kDay);
  }
  const auto goes = [&](const Retention& retention) {
    return std::ranges::any_of(world_.plan_gc(retention).snapshots, [](const PlannedSnapshot& snapshot) {
      return snapshot.place.path.starts_with("backup/");
    });
  };
  Retention last;
  last.keep_last = 1;
  EXPECT_FALSE(goes(last));
  last.jobs = std::set<std::string>{"backup"};
  EXPECT_TRUE(goes(last));
  last.jobs.reset();
  test::make_directory(world_.path("backup/shared"));
  EXPECT_TRUE(goes(last)) << "what lies beside shared/ is a job's";
}

TEST_F(Rules, a_savepoint_is_not_for_retention) {
  const std::string savepoint = world_.path("savepoint-1");
  world_.file(savepoint + "/" + world_.uuid(), 5);
  world_.snapshot(savepoint, {{third_, 300}}, 1);
  Retention last;
  last.keep_last = 1;
  for (const PlannedSnapshot& snapshot : world_.plan_gc(last).snapshots)
    EXPECT_NE(savepoint, absolute(snapshot.place));
}

// One job id, two runs: the first one made chk-102 to chk-104, a month ago, the second one began with chk-1.
class TwoRuns : public testing::Test {
 protected:
  TwoRuns() {
    for (const int n : {102, 103, 104}) add(n);
    world_.pass(20 * kDay);
    for (const int n : {1, 2, 3}) add(n);
    world_.pass(10 * kDay);
  }
  std::string chk(int n) const { return world_.path("job/chk-" + std::to_string(n)); }
  std::string file(int n) {
    return files_.try_emplace(n, world_.path("job/shared/" + world_.uuid())).first->second;
  }
  void add(int n) {
    world_.file(file(n), 10);
    world_.snapshot(chk(n), {{file(n), 10}}, n);
    world_.pass(kDay);
  }
  std::set<std::string> going(uint64_t keep_last) {
    Retention last;
    last.keep_last = keep_last;
    std::set<std::string> names;
    for (const PlannedSnapshot& snapshot : world_.plan_gc(last).snapshots)
      names.insert(std::string(base::last_component(snapshot.place.path)));
    return names;
  }
  std::string why_kept(int n, uint64_t keep_last) {
    Retention last;
    last.keep_last = keep_last;
    for (const KeptSnapshot& kept : select(world_.look(), last, world_.now).kept) {
      if (absolute(kept.place) == chk(n)) return kept.why;
    }
    return {};
  }
  bool is_refused(int n) {
    return refusal([&] { world_.plan_rm({chk(n)}); }) != "";
  }

  World world_;
  std::map<int, std::string> files_;
};

using Names = std::set<std::string>;

TEST_F(TwoRuns, of_one_job_id_keep_the_last_of_each) {
  EXPECT_EQ((Names{"chk-1", "chk-2", "chk-102", "chk-103"}), going(1));
  EXPECT_EQ((Names{"chk-1", "chk-102"}), going(2));
  EXPECT_EQ(Names{}, going(3));
  EXPECT_EQ("it is the newest of its job", why_kept(3, 1));
  EXPECT_EQ("it is the newest of its job by number", why_kept(104, 1));
  EXPECT_EQ("it is one of the last 2 of its run", why_kept(2, 2));
}

TEST_F(TwoRuns, protect_the_newest_of_each) {
  EXPECT_TRUE(is_refused(3));
  EXPECT_TRUE(is_refused(104));
  EXPECT_FALSE(is_refused(2));
  for (const int n : {58, 60}) {
    add(n);
    world_.set_time(chk(n) + "/_metadata", world_.now - (80 - n) * kDay);
  }
  EXPECT_TRUE(is_refused(60)) << "the newest of a run in between";
  EXPECT_FALSE(is_refused(58));
  EXPECT_EQ("it is the newest of its job in one of its runs", why_kept(60, 1));
}

TEST_F(TwoRuns, keep_what_the_second_one_has_begun) {
  test::make_directory(world_.path("job/chk-4"));
  test::make_directory(world_.path("job/chk-2000"));
  world_.set_time(world_.path("job/chk-4"), world_.now - 10 * kDay);
  for (const Place& directory : world_.plan_gc().directories) ADD_FAILURE() << directory.path;
}

TEST_F(TwoRuns, of_which_one_goes_on_with_the_files_of_the_other_are_one) {
  world_.snapshot(chk(105), {{file(104), 10}, {file(3), 10}}, 105);
  world_.pass(kDay);
  for (const int n : {1, 2, 3}) world_.snapshot(chk(n), {{file(104), 10}}, n);
  world_.pass(10 * kDay);
  EXPECT_EQ((Names{"chk-1", "chk-102", "chk-103"}), going(2)) << "by number 104 and 105, by time 2 and 3";
}

TEST_F(TwoRuns, told_apart_by_nothing_keep_the_last_by_number_and_by_time) {
  const std::vector<int> order = {103, 2, 104, 1, 102, 3};
  for (size_t i = 0; i < order.size(); ++i)
    world_.set_time(chk(order[i]) + "/_metadata", world_.now - 5 * kDay + static_cast<int64_t>(i) * kSecond);
  EXPECT_EQ((Names{"chk-1", "chk-2", "chk-102", "chk-103"}), going(1));
  EXPECT_EQ("it is one of the last 2 by time", why_kept(102, 2));
  EXPECT_TRUE(is_refused(104));
  EXPECT_TRUE(is_refused(3));
}

TEST_F(Rules, only_usable_checkpoints_count_as_the_last) {
  world_.snapshot(chk(4), {{third_, 300}, {first_, 100}}, 4);
  world_.pass(10 * kDay);
  test::remove_all(first_);
  Retention last;
  last.keep_last = 1;
  std::map<std::string, std::string> why;
  const Selection selection = select(world_.look(), last, world_.now);
  for (const KeptSnapshot& kept : selection.kept) why[absolute(kept.place)] = kept.why;
  EXPECT_EQ("it is the newest of its job", why[chk(3)]);
  EXPECT_EQ("it is the newest of its job by number, and has lost files", why[chk(4)]);
  EXPECT_EQ(2U, selection.victims.size()) << "chk-1, which has lost the file too, and chk-2";
  EXPECT_NE("", refusal([&] { world_.plan_rm({chk(3)}); })) << "the newest usable one";
  EXPECT_NE("", refusal([&] { world_.plan_rm({chk(4)}); })) << "the newest one by number";
  EXPECT_EQ("", refusal([&] { world_.plan_rm({chk(2)}); }));
}

TEST_F(Rules, unusable_checkpoints_between_the_last_ones_stay) {
  const std::string lost = job_ + "/shared/" + world_.uuid();
  world_.file(lost, 10);
  for (int n = 4; n <= 5; ++n) world_.snapshot(chk(n), {{third_, 300}, {lost, 10}}, n);
  world_.snapshot(chk(6), {{third_, 300}}, 6);
  world_.pass(10 * kDay);
  test::remove_all(lost);
  Retention last;
  last.keep_last = 2;
  std::set<std::string> going;
  for (const PlannedSnapshot& snapshot : world_.plan_gc(last).snapshots)
    going.insert(absolute(snapshot.place));
  EXPECT_EQ((std::set<std::string>{chk(1), chk(2)}), going);
}

TEST_F(Rules, a_checkpoint_whose_file_has_another_size_is_not_usable) {
  const auto is_usable = [&](int n) {
    return world_.look().snapshot_at({world_.source(), "job/chk-" + std::to_string(n)})->is_usable;
  };
  EXPECT_TRUE(is_usable(2));
  world_.file(second_, 199);
  EXPECT_FALSE(is_usable(1));
  EXPECT_FALSE(is_usable(2));
  EXPECT_TRUE(is_usable(3));
  world_.snapshot(chk(1), {{second_, 199}}, 1);
  EXPECT_TRUE(is_usable(1)) << "each snapshot by the size that it records";
  EXPECT_FALSE(is_usable(2));
  world_.segment_snapshot(chk(3), third_, 100, 200, 3);
  EXPECT_TRUE(is_usable(3));
  world_.segment_snapshot(chk(3), third_, 100, 201, 3);
  EXPECT_FALSE(is_usable(3)) << "the segment ends beyond the file";
}

}  // namespace
}  // namespace checkpointfs::removal
