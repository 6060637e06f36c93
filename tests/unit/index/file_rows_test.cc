// SPDX-License-Identifier: Apache-2.0
// The rows of files that a first scan writes: before it makes the indexes, and when there are many names.
#include "index/rows/file_rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "index/database/index_file.h"
#include "index/database/lock.h"
#include "index/database/sqlite.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::index {
namespace {

storage::FilePlace place_of(const std::string& path) {
  return {storage::Location{1, path}, "file:/storage/" + path, false, storage::hash_of(1, path)};
}

// A new index, in a transaction.
struct NewIndex {
  const test::TempDirectory directory;
  const std::string file = directory.path() + "/index";
  const IndexLock lock{file, "test"};
  const std::unique_ptr<Connection> db = open_index_to_write(file);
  const Transaction transaction{*db};
};

TEST(FileRows, of_a_first_scan_are_found_before_and_after_the_indexes_are_made) {
  const NewIndex index;
  FileRows rows(*index.db, 3);
  const auto insert = [&](const std::string& path) {
    storage::StateFileFacts facts;
    facts.status = storage::FileStatus::kOk;
    return rows.insert(place_of(path), facts).id;
  };
  const auto find = [&](const std::string& path) {
    const auto found = rows.find(place_of(path));
    return found ? found->id : 0;
  };
  // Rows of the last two snapshots are found without the database.
  const auto forget = [&] {
    for (int i = 0; i < 3; ++i) rows.next_snapshot();
  };
  const int64_t a = insert("shared/a");
  const int64_t other_a = insert("other/a");
  forget();
  ASSERT_TRUE(lacks_indexes(*index.db));
  EXPECT_EQ(a, find("shared/a"));
  EXPECT_EQ(other_a, find("other/a"));
  EXPECT_EQ(0, find("shared/b"));

  const int64_t b = insert("shared/b");
  forget();
  ASSERT_FALSE(lacks_indexes(*index.db)) << "three names are as many as the scan keeps";
  const int64_t c = insert("shared/c");
  forget();
  EXPECT_EQ(a, find("shared/a"));
  EXPECT_EQ(other_a, find("other/a"));
  EXPECT_EQ(b, find("shared/b"));
  EXPECT_EQ(c, find("shared/c"));
  EXPECT_EQ(0, find("shared/d"));
}

TEST(FileRows, plain_file_is_the_same_each_time_and_another_length_is_another_file) {
  const NewIndex index;
  FileRows rows(*index.db);
  const storage::FilePlace place = place_of("shared/a");
  storage::StateFileFacts facts;
  facts.status = storage::FileStatus::kOk;
  facts.size = 10;
  const auto file = [&](const StateFileRow& row, int64_t length) {
    const FileRow linked = rows.file(place, row, false, 0, length, "a", "a");
    rows.link(linked.id);
    return linked;
  };
  const StateFileRow made = rows.insert(place, facts);
  EXPECT_EQ(made.id, file(made, 10).id);
  const int64_t other = file(*rows.find(place), 11).id;
  EXPECT_NE(made.id, other);
  const auto expect_both = [&](const std::string& when) {
    const StateFileRow row = *rows.find(place);
    const FileRow plain = file(row, 10);
    EXPECT_EQ(made.id, plain.id) << when;
    EXPECT_EQ(storage::FileStatus::kOk, plain.status) << when;
    EXPECT_FALSE(plain.name) << when;
    EXPECT_EQ(other, file(row, 11).id) << when;
    EXPECT_EQ(storage::FileStatus::kWrongSize, file(row, 11).status) << when;
  };
  expect_both("in the same snapshot");
  rows.flush();
  rows.remove_unreferenced(true);  // forgets all rows that it knows
  expect_both("when the database is asked");
  facts.size = 11;
  const int64_t now = rows.update(made.id, facts);
  EXPECT_EQ(storage::FileStatus::kWrongSize, file(*rows.find(place), 10).status);
  EXPECT_EQ(now, file(*rows.find(place), 10).id);
}

}  // namespace
}  // namespace checkpointfs::index
