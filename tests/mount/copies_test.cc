// SPDX-License-Identifier: Apache-2.0
// One checkpoint carried off by the tools that people use: what arrives is whole and needs nothing else.
#include "fixtures.h"
#include "harness.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

struct Tool {
  const char* name;
  const char* program;
  const char* command;  // of sh, with $from (a directory of the mount), $name (in it) and $to
};

const Tool kTools[] = {
    {"cp_r", "cp", "cp -r $from/$name $to"},
    {"cp_a", "cp", "cp -a $from/$name $to"},
    {"tar_file", "tar", "tar -C $from -cf $to/t.tar $name && tar -C $to -xf $to/t.tar && rm $to/t.tar"},
    {"tar_pipe", "tar", "tar -C $from -cf - $name | tar -C $to -xf -"},
    {"rsync_a", "rsync", "rsync -a $from/$name $to"},
    {"rsync_aH", "rsync", "rsync -aH $from/$name $to"},
};

RunResult carry(const Tool& tool, const std::string& from, const std::string& name, const std::string& to) {
  stdfs::create_directories(to);
  return run({"sh", "-ec", "from=" + from + " name=" + name + " to=" + to + "; " + tool.command});
}

class Tools : public MountTest, public ::testing::WithParamInterface<Tool> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    NEEDS_PROGRAM(GetParam().program);
  }
  TempDirectory target_;
};

TEST_P(Tools, carry_off_one_checkpoint_whole) {
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const std::string snapshot = storage.newest_snapshot();
    const std::string name = storage.snapshots_of(storage.newest_job()).back();
    const std::string copy = target_ / test_name(scenario);
    {
      const Mount mount(storage.path());
      const RunResult result = carry(GetParam(), mount / storage.newest_job(), name, copy);
      ASSERT_EQ(result.code, 0) << result;
      ASSERT_EQ(result.err, "");
    }
    EXPECT_EQ(not_self_contained(copy + "/" + name), "");
    std::map<std::string, std::string> copied = contents_of(copy + "/" + name);
    ASSERT_EQ(copied.erase("_metadata"), 1U);
    EXPECT_TRUE(copied == storage.expected_files(snapshot)) << "other files, or other bytes";
  }
}

TEST_P(Tools, carry_off_all_checkpoints_of_a_job) {
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const std::string job = storage.newest_job();
    const std::string copy = target_ / test_name(scenario);
    {
      const Mount mount(storage.path());
      const RunResult result = carry(GetParam(), mount.path(), job, copy);
      ASSERT_EQ(result.code, 0) << result;
    }
    const std::vector<std::string> names = storage.snapshots_of(job);
    ASSERT_GT(names.size(), 1U);
    EXPECT_EQ(set_of(names_in(copy + "/" + job)), set_of(names));
    for (const std::string& name : names) {
      const std::string directory = copy + "/" + job + "/" + name;
      EXPECT_EQ(not_self_contained(directory), "") << name;
      std::map<std::string, std::string> copied = contents_of(directory);
      copied.erase("_metadata");
      EXPECT_TRUE(copied == storage.expected_files(job + "/" + name))
          << name << ": other files, or other bytes";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Copies, Tools, ::testing::ValuesIn(kTools),
                         [](const auto& test) { return std::string(test.param.name); });

class Copies : public MountTest {
 protected:
  const Storage storage_{scenarios_called("chained").at(0)};
  TempDirectory target_;
};

TEST_F(Copies, a_mount_of_a_copy_shows_the_same_again) {
  {
    const Mount mount(storage_.path());
    ASSERT_EQ(run({"cp", "-a", mount / storage_.newest_job(), target_ / "copy"}).code, 0);
  }
  const Mount mount(target_ / "copy");
  EXPECT_TRUE(contents_of(mount.path()) == contents_of(target_ / "copy")) << "other files, or other bytes";
}

TEST_F(Copies, a_copy_is_whole_without_the_storage_it_came_from) {
  {
    const Mount mount(storage_.path());
    ASSERT_EQ(run({"cp", "-r", mount / storage_.newest_snapshot(), target_ / "copy"}).code, 0);
  }
  stdfs::remove_all(storage_.path());
  EXPECT_EQ(not_self_contained(target_ / "copy"), "");
  const std::string index = target_ / "index.db";
  ASSERT_EQ(checkpointfs({"index", "--index", index, target_ / "copy"}).code, 0);
  const RunResult shown = checkpointfs({"show", "--index", index, target_ / "copy"});
  EXPECT_EQ(shown.code, 0) << shown;
  EXPECT_NE(shown.out.find("status:     ok"), std::string::npos) << shown;
}

TEST_F(Copies, cp_a_carries_no_attributes_of_the_mount_along) {
  NEEDS_PROGRAM("getfattr");
  const Mount mount(storage_.path());
  ASSERT_EQ(run({"cp", "-a", mount / storage_.newest_snapshot(), target_ / "copy"}).code, 0);
  const RunResult attributes = run({"getfattr", "-R", "-d", "-m", "-", target_ / "copy"});
  EXPECT_EQ(attributes.code, 0) << attributes;
  EXPECT_EQ(attributes.out.find("checkpointfs"), std::string::npos) << attributes;
}

TEST_F(Copies, cp_a_keeps_times_and_modes) {
  const Mount mount(storage_.path());
  const std::string shown = mount / storage_.newest_snapshot();
  ASSERT_EQ(run({"cp", "-a", shown, target_ / "copy"}).code, 0);
  const Tree copied = tree_of(target_ / "copy");
  for (const auto& [path, st] : tree_of(shown)) {
    EXPECT_EQ(mtime_ns(copied.at(path)), mtime_ns(st)) << path;
    EXPECT_EQ(copied.at(path).st_mode, st.st_mode) << path;
  }
}

}  // namespace
}  // namespace checkpointfs::test
