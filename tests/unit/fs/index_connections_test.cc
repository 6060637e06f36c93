// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/index_connections.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/errors.h"
#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/support/handmade.h"

namespace checkpointfs::fs {
namespace {

class IndexConnectionsTest : public ::testing::Test {
 protected:
  IndexConnectionsTest() { make(source_, index_); }

  static void make(const test::Handmade& source, const std::string& index_file) {
    const index::IndexLock lock(index_file, "test");
    index::scan({{source.path()}, {}, index_file}, {});
  }

  const test::Handmade source_;
  const std::string index_ = source_.outside("index.db");
};

TEST_F(IndexConnectionsTest, stay_open_while_the_file_is_the_same) {
  IndexConnections index(index_);
  index::Reader* const reader = &index.reader();
  index::KnownFiles* const known = &index.known_files();
  const int64_t before = reader->scan();
  source_.add_snapshot("job/chk-1", {source_.add("job/shared/a", "first")});
  make(source_, index_);
  EXPECT_EQ(&index.reader(), reader);
  EXPECT_EQ(&index.known_files(), known);
  EXPECT_GT(index.reader().scan(), before) << "they see every state";
  EXPECT_EQ(index.known_files().at(source_.path(), "job/shared/a").size(), 1u);
  EXPECT_FALSE(index.is_replaced());
}

TEST_F(IndexConnectionsTest, are_to_the_new_file_when_it_is_replaced) {
  IndexConnections index(index_);
  EXPECT_EQ(index.reader().roots().at(0).path, source_.path());
  const test::Handmade other;
  const std::string other_index = source_.outside("other.db");
  make(other, other_index);
  std::filesystem::rename(other_index, index_);
  EXPECT_TRUE(index.is_replaced());
  EXPECT_EQ(index.reader().roots().at(0).path, other.path());
  index.accept();
  EXPECT_FALSE(index.is_replaced());
}

TEST_F(IndexConnectionsTest, fail_when_the_file_is_gone) {
  IndexConnections index(index_);
  index.reader();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(index_ + suffix);
  EXPECT_FALSE(index.exists());
  EXPECT_TRUE(index.is_replaced());
  EXPECT_THROW(index.reader(), base::Failure);
  index.accept();
  EXPECT_TRUE(index.is_replaced()) << "there is nothing to accept";
}

}  // namespace
}  // namespace checkpointfs::fs
