// SPDX-License-Identifier: Apache-2.0
// Hard links tell the truth, in the mount and in what is made from it.
#include <sstream>

#include "fixtures.h"
#include "harness.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

struct LinkingTool {
  const char* name;
  const char* program;
  const char* command;  // of sh, with $from and $to: copies all that is in $from
};

const LinkingTool kLinkingTools[] = {
    {"cp_a", "cp", "cp -a $from/. $to"},
    {"tar_file", "tar", "tar -C $from -cf $to.tar . && tar -C $to -xf $to.tar"},
    {"tar_pipe", "tar", "tar -C $from -cf - . | tar -C $to -xf -"},
    {"rsync_aH", "rsync", "rsync -aH $from/ $to"},
};

uint64_t disk_usage(const std::vector<std::string>& paths) {
  std::vector<std::string> argv = {"du", "-sc", "--apparent-size", "-B1"};
  argv.insert(argv.end(), paths.begin(), paths.end());
  const RunResult result = run(argv);
  EXPECT_EQ(result.code, 0) << result;
  const size_t last_line = result.out.rfind('\n', result.out.size() - 2);
  return std::stoull(result.out.substr(last_line + 1));
}

class LinkingTools : public MountTest, public ::testing::WithParamInterface<LinkingTool> {};

TEST_P(LinkingTools, store_each_shared_file_once) {
  NEEDS_PROGRAM(GetParam().program);
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const TempDirectory target;
    const std::string copy = target / "copy";
    stdfs::create_directory(copy);
    const Mount mount(storage.path());
    const RunResult result =
        run({"sh", "-ec", "from=" + mount.path() + " to=" + copy + "; " + std::string(GetParam().command)});
    ASSERT_EQ(result.code, 0) << result;

    const Tree shown = tree_of(mount.path());
    const Tree copied = tree_of(copy);
    EXPECT_EQ(stored(copied), stored(shown));
    ASSERT_EQ(copied.size(), shown.size());
    for (const auto& [path, st] : shown) {
      if (S_ISREG(st.st_mode)) {
        EXPECT_EQ(copied.at(path).st_nlink, st.st_nlink) << path;
      }
    }
    EXPECT_TRUE(contents_of(copy) == contents_of(mount.path())) << "other files, or other bytes";
  }
}

TEST_P(LinkingTools, make_checkpoints_that_can_be_deleted_one_by_one) {
  NEEDS_PROGRAM(GetParam().program);
  const Storage storage(scenarios_called("chained").at(0));
  const TempDirectory target;
  const std::string copy = target / "copy";
  stdfs::create_directory(copy);
  {
    const Mount mount(storage.path());
    const RunResult result =
        run({"sh", "-ec", "from=" + mount.path() + " to=" + copy + "; " + std::string(GetParam().command)});
    ASSERT_EQ(result.code, 0) << result;
  }
  std::vector<std::string> left = storage.snapshot_paths();
  while (!left.empty()) {
    ASSERT_EQ(run({"rm", "-r", copy + "/" + left.front()}).code, 0);
    left.erase(left.begin());
    for (const std::string& snapshot : left)
      EXPECT_EQ(not_self_contained(copy + "/" + snapshot), "") << snapshot;
  }
}

INSTANTIATE_TEST_SUITE_P(HardLinks, LinkingTools, ::testing::ValuesIn(kLinkingTools),
                         [](const auto& test) { return std::string(test.param.name); });

class HardLinks : public MountTest {
 protected:
  const Storage storage_{scenarios_called("chained").at(0)};
};

TEST_F(HardLinks, link_count_is_the_number_of_snapshots_that_need_the_file) {
  for (const Scenario& scenario : all_scenarios()) {
    const Storage storage(scenario);
    const Mount mount(storage.path());
    for (const std::string& snapshot : storage.snapshot_paths()) {
      for (const auto& [name, links] : storage.expected_links(snapshot)) {
        EXPECT_EQ(stat_of(mount / (snapshot + "/" + name)).st_nlink, links)
            << scenario << " " << snapshot << "/" << name;
      }
      EXPECT_EQ(stat_of(mount / (snapshot + "/_metadata")).st_nlink, 1U);
    }
  }
}

TEST_F(HardLinks, a_file_has_one_inode_in_all_checkpoints_and_no_two_files_have_the_same) {
  const Mount mount(storage_.path());
  std::map<std::string, ino_t> inode_of_key;
  std::map<ino_t, std::string> key_of_inode;
  for (const auto& [snapshot, handles] : storage_.snapshots()) {
    for (const ExpectedHandle& handle : handles) {
      const ino_t inode = stat_of(mount / (snapshot + "/" + handle.name())).st_ino;
      EXPECT_EQ(inode_of_key.emplace(handle.key(), inode).first->second, inode) << handle.key();
      EXPECT_EQ(key_of_inode.emplace(inode, handle.key()).first->second, handle.key());
    }
  }
  EXPECT_GT(inode_of_key.size(), 10U);
}

TEST_F(HardLinks, du_counts_shared_files_once) {
  const Mount mount(storage_.path());
  const std::string job = storage_.newest_job();
  EXPECT_EQ(disk_usage({mount / job}), stored(tree_of(mount / job)).bytes);

  const std::string old_one = mount / storage_.snapshot_before();
  const std::string new_one = mount / storage_.newest_snapshot();
  const uint64_t older = disk_usage({old_one});
  const uint64_t both = disk_usage({old_one, new_one});
  const uint64_t newer = disk_usage({new_one});
  EXPECT_GT(both, older);
  EXPECT_LT(both, older + newer) << "the two share nothing";
  EXPECT_EQ(xattr(new_one, "user.checkpointfs.bytes"),
            std::to_string(newer - static_cast<uint64_t>(stat_of(new_one + "/_metadata").st_size)));
}

TEST_F(HardLinks, find_links_1_finds_what_only_one_checkpoint_needs) {
  const Mount mount(storage_.path());
  const std::string snapshot = storage_.newest_snapshot();
  std::set<std::string> expected = {"_metadata"};
  for (const auto& [name, links] : storage_.expected_links(snapshot)) {
    if (links == 1) expected.insert(name);
  }
  const RunResult found =
      run_in(mount / snapshot, {"find", ".", "-links", "1", "-type", "f", "-printf", "%f\\n"});
  std::set<std::string> names;
  std::istringstream lines(found.out);
  for (std::string line; std::getline(lines, line);) names.insert(line);
  EXPECT_EQ(names, expected);
  EXPECT_LT(expected.size(), storage_.expected_links(snapshot).size())
      << "everything is exclusive: a poor fixture";
}

}  // namespace
}  // namespace checkpointfs::test
