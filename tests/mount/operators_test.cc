// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/operators: snapshots by operator and subtask, and RocksDB's own tools on what is there.
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

constexpr const char* kView = ".checkpointfs/operators/";

class Operators : public MountTest {};

class EveryOperators : public MountTest, public ::testing::WithParamInterface<Scenario> {
 protected:
  // Directories of the view that RocksDB can open, as paths.
  static std::vector<std::string> databases(const std::string& root) {
    std::vector<std::string> found;
    for (const auto& [path, st] : tree_of(root)) {
      if (path.ends_with("/CURRENT")) found.push_back(root + "/" + path.substr(0, path.rfind('/')));
    }
    return found;
  }
};

TEST_P(EveryOperators, show_each_file_of_a_snapshot_as_the_same_inode) {
  const Storage storage(GetParam());
  const Mount mount(storage.path());
  for (const std::string& snapshot : storage.snapshot_paths()) {
    std::set<ino_t> flat;
    for (const auto& [name, st] : tree_of(mount / snapshot)) {
      if (S_ISREG(st.st_mode) && name != "_metadata") flat.insert(st.st_ino);
    }
    std::set<ino_t> seen;
    for (const auto& [name, st] : tree_of(mount / (kView + snapshot))) {
      if (!S_ISREG(st.st_mode)) continue;
      if (flat.contains(st.st_ino)) {
        seen.insert(st.st_ino);
      } else {
        EXPECT_EQ(st.st_nlink, 1U) << name << " is neither a file of the snapshot nor inline state";
      }
      EXPECT_EQ(read_file(mount / (kView + snapshot + "/" + name)).size(), static_cast<size_t>(st.st_size))
          << name;
    }
    EXPECT_EQ(seen, flat) << snapshot;
  }
}

TEST_P(EveryOperators, are_databases_to_the_tools_of_rocksdb) {
  NEEDS_PROGRAM("ldb");
  NEEDS_PROGRAM("sst_dump");
  const Storage storage(GetParam());
  const Mount mount(storage.path());
  const std::string snapshot = storage.newest_snapshot();
  const std::vector<std::string> found = databases(mount / (kView + snapshot));
  const bool rocksdb =
      GetParam().find("hashmap") == std::string::npos && GetParam().find("canonical") == std::string::npos;
  // The keyed operator has two subtasks.
  EXPECT_EQ(found.size(), rocksdb ? 2U : 0U);
  for (const std::string& database : found) {
    const RunResult families = run({"ldb", "--db=" + database, "list_column_families"});
    EXPECT_EQ(families.code, 0) << families;
    for (const char* state : {"hot", "recent", "cold-0"}) {
      EXPECT_NE(families.out.find(state), std::string::npos) << families;
    }
    // The tools are of an older RocksDB than Flink's.
    const RunResult keys = run(
        {"ldb", "--db=" + database, "--ignore_unknown_options", "--column_family=cold-0", "--hex", "scan"});
    EXPECT_EQ(keys.code, 0) << keys;
    EXPECT_GT(std::count(keys.out.begin(), keys.out.end(), '\n'), 5) << keys;
    for (const std::string& name : names_in(database)) {
      if (!name.ends_with(".sst")) continue;
      const RunResult check = run({"sst_dump", "--command=verify", "--file=" + database + "/" + name});
      EXPECT_NE((check.out + check.err).find("The file is ok"), std::string::npos) << name << ": " << check;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, EveryOperators, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

TEST_F(Operators, are_called_after_what_the_metadata_says_or_by_their_id) {
  const Handmade source;
  const std::string a = source.add("job/shared/a", "first");
  MetadataBuilder builder(5);
  builder.op({.name = "a/../b", .uid = "u"}).subtask({.managed_operator = partitionable({{"s", {0}}}, a)});
  builder.op({.name = "", .uid = ""}).subtask({.managed_operator = partitionable({{"s", {0}}}, a)});
  builder.op({.name = "a/../b", .uid = "u"}).subtask({.managed_operator = partitionable({{"s", {0}}}, a)});
  write_file(source / "job/chk-1/_metadata", builder.bytes());
  const Mount mount(source.path());
  const std::vector<std::string> names = names_in(mount / (std::string(kView) + "job/chk-1"));
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0], "a_.._b [u]");
  EXPECT_EQ(names[1].size(), 32U) << names[1];
  EXPECT_TRUE(names[2].starts_with("a_.._b [u] ")) << names[2];
  for (const std::string& name : names) {
    EXPECT_EQ(read_file(mount / (std::string(kView) + "job/chk-1/" + name + "/0/managed-operator/a")),
              "first");
  }
}

TEST_F(Operators, of_hostile_local_names_stay_in_their_directory) {
  const Handmade source;
  const std::string a = source.add("job/shared/a", "first");
  const std::string b = source.add("job/shared/b", "second");
  Incremental handle;
  handle.shared = {{"../../../etc/passwd", a}, {"..", b}, {"CURRENT", byte("n", "inline")}, {"CURRENT", a}};
  source.add_snapshot("job/chk-2", {a});
  MetadataBuilder builder(4);
  builder.op({}).subtask({.managed_keyed = incremental(handle)});
  write_file(source / "job/chk-1/_metadata", builder.bytes());
  const Mount mount(source.path());
  const std::string root = mount / (std::string(kView) + "job/chk-1");
  ASSERT_EQ(names_in(root).size(), 1U);
  const std::string database = root + "/" + names_in(root)[0] + "/0/managed-keyed";
  EXPECT_EQ(set_of(names_in(database)), set_of({"meta", ".._.._.._etc_passwd", "CURRENT"}));
  EXPECT_EQ(read_file(database + "/.._.._.._etc_passwd"), "first");
}

TEST_F(Operators, of_a_snapshot_that_cannot_be_read_are_none) {
  const Handmade source;
  source.add_snapshot("job/chk-1", {source.add("job/shared/a", "first")});
  write_file(source / "job/chk-2/_metadata", "nonsense");
  const Mount mount(source.path());
  EXPECT_EQ(names_in(mount / (std::string(kView) + "job/chk-2")), std::vector<std::string>{});
  EXPECT_EQ(names_in(mount / (std::string(kView) + "job/chk-1")).size(), 1U);
  EXPECT_EQ(set_of(names_in(mount / (std::string(kView) + "job"))), set_of({"chk-1", "chk-2"}));
  EXPECT_EQ(stat_of(mount / (std::string(kView) + "job/chk-1/..")).st_ino,
            stat_of(mount / (std::string(kView) + "job")).st_ino);
}

}  // namespace
}  // namespace checkpointfs::test
