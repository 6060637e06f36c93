// SPDX-License-Identifier: Apache-2.0
// The views of checkpointfs-index(5), over storage that Flink wrote.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "base/text/message.h"
#include "index/database/index_file.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

std::string data_directory() {
  const char* given = std::getenv("CHECKPOINTFS_TEST_DATA");
  return given != nullptr ? given : CHECKPOINTFS_TEST_DATA;
}

class Views : public testing::Test {
 protected:
  void scan(const std::string& fixture) {
    std::filesystem::copy(
        data_directory() + "/" + fixture, storage_.source(),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    storage_.scan();
  }
  // Queries the index as a user does, with nothing but SQLite.
  std::vector<std::string> rows(const std::string& sql, int columns) {
    sqlite3* opened = nullptr;
    EXPECT_EQ(SQLITE_OK,
              sqlite3_open_v2(storage_.index_file().c_str(), &opened, SQLITE_OPEN_READONLY, nullptr));
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(opened, &sqlite3_close);
    sqlite3_stmt* prepared = nullptr;
    EXPECT_EQ(SQLITE_OK, sqlite3_prepare_v2(opened, sql.c_str(), -1, &prepared, nullptr))
        << sqlite3_errmsg(opened);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> query(prepared, &sqlite3_finalize);
    std::vector<std::string> result;
    while (sqlite3_step(prepared) == SQLITE_ROW) {
      std::string row;
      for (int i = 0; i < columns; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, i));
        row += base::format("{}{}", i > 0 ? "|" : "", text != nullptr ? text : "NULL");
      }
      result.push_back(row);
    }
    return result;
  }

  test::IndexedStorage storage_;
};

// The examples of the man page, as they stand there.
std::vector<std::string> examples() {
  std::ifstream page(data_directory() + "/../../man/checkpointfs-index.5");
  std::vector<std::string> found;
  std::string sql;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("SELECT")) sql.clear();
    sql += line + "\n";
    if (line.ends_with(";") && sql.starts_with("SELECT")) found.push_back(sql);
  }
  return found;
}

TEST_F(Views, examples_of_the_man_page_find_something) {
  scan("flink-2.3.0/chained");
  const auto all = examples();
  ASSERT_EQ(5u, all.size());
  for (const std::string& sql : all) {
    const bool asks_for_broken = sql.find("<> 'ok'") != std::string::npos;
    EXPECT_EQ(asks_for_broken, rows(sql, 1).empty()) << sql;
  }
}

TEST_F(Views, agree_with_the_reader) {
  scan("flink-2.3.0/chained");
  std::vector<std::string> expected;
  storage_.reader().snapshots().for_each([&](const Snapshot& s) {
    expected.push_back(
        base::format("{}|{}|{}|{}|{}", s.path, to_string(s.status), s.checkpoint_id, s.files, s.bytes));
  });
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(expected,
            rows("SELECT path, status, checkpoint_id, files, bytes FROM snapshots ORDER BY path", 5));
  for (const std::string& row : rows("SELECT path, job FROM snapshots", 2)) {
    const std::string path = row.substr(0, row.find('|'));
    EXPECT_EQ(path.substr(0, path.rfind('/')), row.substr(row.find('|') + 1));
  }
  EXPECT_EQ(rows("SELECT COUNT(*) FROM reference_rows", 1), rows("SELECT COUNT(*) FROM \"references\"", 1));
}

TEST_F(Views, sum_what_each_operator_needs_with_each_file_once) {
  using test::file;
  storage_.state_file("job/shared/a", 10);
  storage_.state_file("job/shared/b", 20);
  const std::string a = file(storage_.uri("job/shared/a"), 10);
  const std::string b = file(storage_.uri("job/shared/b"), 20);
  test::MetadataBuilder builder(5);
  builder.op({.name = "first", .uid = "u"})
      .subtask({.managed_operator = test::partitionable({{"s", {0}}}, a),
                .raw_operator = test::partitionable({{"s", {0}}}, b)})
      .subtask({.managed_operator = test::partitionable({{"s", {0}}}, a)});
  builder.op({.name = "second", .uid = ""})
      .subtask({.managed_operator = test::partitionable({{"s", {0}}}, a)});
  storage_.metadata("job/chk-1", builder.bytes());
  storage_.scan();
  EXPECT_EQ((std::vector<std::string>{"first|u|30", "second||10"}),
            rows("SELECT name, uid, bytes FROM operators ORDER BY name", 3));
}

TEST_F(Views, are_readable_while_the_index_is_written) {
  scan("flink-2.3.0/hashmap");
  const auto writer = open_index_to_write(storage_.index_file());
  Transaction transaction(*writer);
  writer->execute("DELETE FROM snapshot_rows");
  EXPECT_FALSE(rows("SELECT path FROM snapshots", 1).empty());
}

}  // namespace
}  // namespace checkpointfs::index
