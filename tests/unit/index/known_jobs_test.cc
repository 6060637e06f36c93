// SPDX-License-Identifier: Apache-2.0
// The jobs that an index ever knew.
#include "index/rows/known_jobs.h"

#include <gtest/gtest.h>

#include "index/database/index_file.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

class KnownJobs : public testing::Test {
 protected:
  KnownJobs() {
    storage_.state_file("team/job/shared/a", 10);
    storage_.snapshot("team/job/chk-1", {test::file(storage_.uri("team/job/shared/a"), 10)});
    storage_.snapshot("savepoint-1", {test::file(storage_.uri("team/job/shared/a"), 10)});
  }
  std::vector<storage::Place> known() const { return known_jobs(storage_.index_file()); }
  std::vector<storage::Place> both() const {
    return {{storage_.source(), ""}, {storage_.source(), "team/job"}};
  }

  test::IndexedStorage storage_;
};

TEST_F(KnownJobs, are_none_without_an_index) {
  EXPECT_TRUE(known().empty());
}

TEST_F(KnownJobs, stay_when_their_snapshots_are_gone) {
  storage_.scan();
  EXPECT_EQ(both(), known());
  test::remove_all(storage_.path("team"));
  storage_.scan();
  EXPECT_EQ(both(), known());
}

TEST_F(KnownJobs, stay_when_their_source_is_no_source_any_more) {
  storage_.scan();
  Options other = storage_.options;
  other.sources = {storage_.temporary.path() + "/other"};
  test::make_directory(other.sources.front());
  scan(other, {});
  EXPECT_EQ(both(), known());
}

TEST_F(KnownJobs, of_an_older_index_are_those_with_snapshots_and_a_reader_is_enough_to_tell) {
  storage_.scan();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute("DROP TABLE known_jobs");
  }
  EXPECT_EQ(1U, Reader(storage_.index_file()).roots().size());
  EXPECT_EQ(both(), known());
}

}  // namespace
}  // namespace checkpointfs::index
