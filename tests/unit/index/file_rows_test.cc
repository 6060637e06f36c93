// SPDX-License-Identifier: Apache-2.0
// The rows of files that a first scan writes: before it makes the indexes, and when there are many names.
#include "index/rows/file_rows.h"

#include <gtest/gtest.h>

#include "index/database/index_file.h"
#include "index/database/lock.h"
#include "index/database/sqlite.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::index {
namespace {

storage::FilePlace place_of(const std::string& path) {
  return {storage::Location{1, path}, "file:/storage/" + path, false, storage::hash_of(1, path)};
}

TEST(FileRows, of_a_first_scan_are_found_before_and_after_the_indexes_are_made) {
  const test::TempDirectory directory;
  const std::string file = directory.path() + "/index";
  const IndexLock lock(file, "test");
  const auto db = open_index_to_write(file);
  const Transaction transaction(*db);
  FileRows rows(*db, 3);
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
  ASSERT_TRUE(lacks_indexes(*db));
  EXPECT_EQ(a, find("shared/a"));
  EXPECT_EQ(other_a, find("other/a"));
  EXPECT_EQ(0, find("shared/b"));

  const int64_t b = insert("shared/b");
  forget();
  ASSERT_FALSE(lacks_indexes(*db)) << "three names are as many as the scan keeps";
  const int64_t c = insert("shared/c");
  forget();
  EXPECT_EQ(a, find("shared/a"));
  EXPECT_EQ(other_a, find("other/a"));
  EXPECT_EQ(b, find("shared/b"));
  EXPECT_EQ(c, find("shared/c"));
  EXPECT_EQ(0, find("shared/d"));
}

}  // namespace
}  // namespace checkpointfs::index
