// SPDX-License-Identifier: Apache-2.0
// The index of a mount, asked with Debian's sqlite3 as checkpointfs-index(5) says.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class EveryIndex : public MountTest, public ::testing::WithParamInterface<Scenario> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (!IsSkipped()) NEEDS_PROGRAM("sqlite3");
  }
  static RunResult ask(const Mount& mount, const std::string& sql) {
    std::string file = read_file(mount / ".checkpointfs/index/path");
    file.pop_back();
    return run({"sqlite3", "-readonly", file, sql});
  }
  static std::set<std::string> rows(const Mount& mount, const std::string& sql) {
    const RunResult result = ask(mount, sql);
    EXPECT_EQ(result.code, 0) << result;
    std::set<std::string> rows;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) rows.insert(line);
    return rows;
  }
};

// The queries in the section EXAMPLES.
std::vector<std::string> queries_of_the_man_page() {
  std::ifstream page(std::string(std::getenv("CHECKPOINTFS_TEST_DATA")) + "/../../man/checkpointfs-index.5");
  std::vector<std::string> queries;
  std::string sql;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("SELECT")) sql.clear();
    sql += line + "\n";
    if (line.ends_with(";") && sql.starts_with("SELECT")) queries.push_back(sql);
  }
  return queries;
}

TEST_P(EveryIndex, answers_the_queries_of_the_man_page_while_it_is_mounted) {
  const Storage storage(GetParam());
  const Mount mount(storage.path());
  const std::vector<std::string> queries = queries_of_the_man_page();
  ASSERT_EQ(queries.size(), 5U);
  for (const std::string& sql : queries) {
    const RunResult result = ask(mount, sql);
    EXPECT_EQ(result.code, 0) << sql << result;
    EXPECT_EQ(result.err, "") << sql;
  }
  std::set<std::string> freed;
  for (const std::string& snapshot : storage.snapshot_paths()) {
    uint64_t bytes = 0;
    const auto links = storage.expected_links(snapshot);
    for (const auto& [name, content] : storage.expected_files(snapshot)) {
      if (links.at(name) == 1) bytes += content.size();
    }
    if (bytes > 0) freed.insert(snapshot + "|" + std::to_string(bytes));
  }
  EXPECT_EQ(rows(mount, queries[1]), freed);
}

TEST_P(EveryIndex, has_the_snapshots_and_files_that_flink_reads) {
  const Storage storage(GetParam());
  const Mount mount(storage.path());
  std::set<std::string> snapshots;
  std::set<std::string> references;
  for (const std::string& snapshot : storage.snapshot_paths()) {
    snapshots.insert(snapshot);
    for (const auto& [name, content] : storage.expected_files(snapshot)) {
      references.insert(snapshot + "|" + name + "|" + std::to_string(content.size()));
    }
  }
  EXPECT_EQ(rows(mount, "SELECT path FROM snapshots"), snapshots);
  EXPECT_EQ(rows(mount,
                 "SELECT s.path, r.name, f.bytes FROM snapshots s JOIN \"references\" r "
                 "ON r.snapshot_id = s.id JOIN state_files f ON f.id = r.file_id"),
            references);
}

INSTANTIATE_TEST_SUITE_P(Every, EveryIndex, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

class IndexOfAMount : public EveryIndex {};

TEST_P(IndexOfAMount, is_not_changed_by_who_asks_and_does_not_disturb_the_mount) {
  const Storage storage(GetParam());
  Mount mount(storage.path());
  const auto before = contents_of(mount / storage.newest_snapshot());
  const std::string index = read_file(mount.index());
  const RunResult refused = ask(mount, "DELETE FROM snapshot_rows");
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.err.find("readonly"), std::string::npos) << refused;
  // A reader forgot to end his transaction.
  Process reading({"sh", "-c",
                   "(echo 'BEGIN; SELECT COUNT(*) FROM \"references\";'; sleep 30) | sqlite3 -readonly " +
                       mount.index()});
  EXPECT_EQ(contents_of(mount / storage.newest_snapshot()), before);
  EXPECT_EQ(checkpointfs({"list", mount.path()}).code, 0);
  mount.unmount();
  EXPECT_EQ(checkpointfs({"index", "--index", mount.index(), storage.path()}).code, 0)
      << "the index is written beside a reader";
  EXPECT_EQ(read_file(mount.index()).size(), index.size());
}

INSTANTIATE_TEST_SUITE_P(One, IndexOfAMount, ::testing::Values(scenarios_called("chained").at(0)),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace checkpointfs::test
