// SPDX-License-Identifier: Apache-2.0
// The tree that the mount shows, of every real fixture.
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class Fixtures : public MountTest, public ::testing::WithParamInterface<Scenario> {
 protected:
  const Storage storage_{GetParam()};
};

TEST_P(Fixtures, show_only_snapshots_and_directories_that_lead_to_them) {
  const Mount mount(storage_.path());
  std::set<std::string> expected;
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    expected.insert(snapshot);
    if (const size_t slash = snapshot.find('/'); slash != std::string::npos)
      expected.insert(snapshot.substr(0, slash));
  }
  std::set<std::string> directories;
  for (const auto& [path, st] : tree_of(mount.path())) {
    if (S_ISDIR(st.st_mode)) directories.insert(path);
  }
  EXPECT_EQ(directories, expected);
}

TEST_P(Fixtures, show_each_file_and_segment_flat_under_its_base_name_with_its_bytes) {
  const Mount mount(storage_.path());
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    std::map<std::string, std::string> shown = contents_of(mount / snapshot);
    ASSERT_EQ(shown.erase("_metadata"), 1U) << snapshot;
    const std::map<std::string, std::string> expected = storage_.expected_files(snapshot);
    std::set<std::string> shown_names;
    std::set<std::string> expected_names;
    for (const auto& [name, bytes] : shown) shown_names.insert(name);
    for (const auto& [name, bytes] : expected) expected_names.insert(name);
    EXPECT_EQ(shown_names, expected_names) << snapshot;
    EXPECT_TRUE(shown == expected) << snapshot << ": other bytes";
  }
}

TEST_P(Fixtures, show_sizes_that_are_those_of_the_bytes) {
  const Mount mount(storage_.path());
  for (const auto& [path, bytes] : contents_of(mount.path())) {
    EXPECT_EQ(stat_of(mount / path).st_size, static_cast<off_t>(bytes.size())) << path;
  }
}

TEST_P(Fixtures, show_the_times_and_modes_of_the_state_files_less_the_write_bits) {
  const Mount mount(storage_.path());
  for (const auto& [snapshot, handles] : storage_.snapshots()) {
    const auto expect_like = [&](const std::string& name, const std::string& original) {
      const struct stat shown = stat_of(mount / (snapshot + "/" + name));
      const struct stat source = stat_of(original);
      EXPECT_EQ(mtime_ns(shown), mtime_ns(source)) << snapshot << "/" << name;
      EXPECT_EQ(shown.st_mode, source.st_mode & ~mode_t{0222}) << snapshot << "/" << name;
      EXPECT_EQ(shown.st_uid, source.st_uid);
      EXPECT_EQ(shown.st_gid, source.st_gid);
    };
    expect_like("_metadata", storage_ / (snapshot + "/_metadata"));
    for (const ExpectedHandle& handle : handles) expect_like(handle.name(), storage_.file_of(handle));
  }
}

TEST_P(Fixtures, are_all_sound) {
  const Mount mount(storage_.path());
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    EXPECT_EQ(xattr(mount / snapshot, "user.checkpointfs.status"), "ok") << snapshot;
    for (const std::string& name : names_in(mount / snapshot)) {
      EXPECT_EQ(xattr(mount / (snapshot + "/" + name), "user.checkpointfs.status"), "ok")
          << snapshot << "/" << name;
    }
  }
}

TEST_P(Fixtures, show_write_bits_only_to_the_owners_of_directories) {
  const Mount mount(storage_.path());
  EXPECT_EQ(stat_of(mount.path()).st_mode & 0222, 0200U);
  for (const auto& [path, st] : tree_of(mount.path())) {
    EXPECT_EQ(st.st_mode & 0222, S_ISDIR(st.st_mode) ? 0200U : 0U) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Fixtures, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

class Projection : public MountTest {};

TEST_F(Projection, mirrors_the_source_at_any_depth) {
  const Handmade source;
  for (const char* snapshot :
       {"a/b/c/d/e/chk-1", "savepoints/savepoint-1", "chk-2", "name with space/chk-3"}) {
    source.add_snapshot(snapshot, {});
  }
  stdfs::create_directories(source / "empty/chk-9");
  source.add("job/shared/unneeded", "x");
  source.add("job/taskowned/unneeded", "x");
  const Mount mount(source.path());
  EXPECT_EQ(set_of(names_in(mount.path())), set_of({"a", "savepoints", "chk-2", "name with space"}));
  EXPECT_EQ(names_in(mount / "a/b/c/d/e/chk-1"), std::vector<std::string>{"_metadata"});
  EXPECT_EQ(names_in(mount / "name with space"), std::vector<std::string>{"chk-3"});
}

TEST_F(Projection, tells_two_files_with_one_base_name_apart) {
  const Handmade source;
  const std::string a = source.add("a/shared/same", "the first");
  const std::string b = source.add("b/shared/same", "the second");
  source.add_snapshot("chk-1", {a, b});
  source.add_snapshot("chk-2", {a, b});
  const Mount mount(source.path());
  const std::vector<std::string> names = names_in(mount / "chk-1");
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(read_file(mount / "chk-1/same"), "the first");
  for (const std::string& name : names) {
    if (name != "_metadata" && name != "same") {
      EXPECT_EQ(read_file(mount / ("chk-1/" + name)), "the second");
    }
  }
  EXPECT_EQ(names_in(mount / "chk-2"), names) << "the suffix is not always the same one";
}

TEST_F(Projection, of_a_source_without_snapshots_is_empty_and_mount_says_so) {
  const Handmade source;
  const Mount mount(source.path());
  EXPECT_EQ(names_in(mount.path()), std::vector<std::string>{});
  EXPECT_NE(mount.said().out.find("0 snapshots"), std::string::npos) << mount.said();
}

}  // namespace
}  // namespace checkpointfs::test
