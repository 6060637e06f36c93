// SPDX-License-Identifier: Apache-2.0
// The log of an index that somebody always reads, as a mount does.
#include "index/database/write_ahead_log.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/text/message.h"
#include "index/database/sqlite.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

class WriteAheadLog : public testing::Test {
 protected:
  WriteAheadLog() { change(); }

  void change() {
    ++changes_;
    storage_.state_file(base::format("job/shared/f{}", changes_), 10);
    storage_.snapshot(base::format("job/chk-{}", changes_),
                      {test::file(storage_.uri(base::format("job/shared/f{}", changes_)), 10)}, changes_);
    scan(storage_.options, {});
  }
  std::unique_ptr<Reader> reader() const {
    return std::make_unique<Reader>(storage_.index_file(), Reader::Sees::kOneState);
  }
  uint64_t size() const { return log_size(storage_.index_file()); }

  test::IndexedStorage storage_;
  int changes_ = 0;
};

TEST_F(WriteAheadLog, grows_for_as_long_as_somebody_reads_what_was_before) {
  const auto before = reader();
  change();
  const uint64_t one = size();
  EXPECT_GT(one, 0U);
  EXPECT_FALSE(fold_log(storage_.index_file()));
  change();
  EXPECT_GT(size(), one);
}

TEST_F(WriteAheadLog, begins_anew_once_it_is_folded_and_readers_began_after_that) {
  auto shown = reader();
  const auto change_often = [&] {
    for (int i = 0; i < 40; ++i) {
      change();
      for (const bool is_folded : {false, true}) {
        if (is_folded) {
          ASSERT_TRUE(fold_log(storage_.index_file()));
        }
        auto next = reader();
        shown = std::move(next);
      }
    }
  };
  change_often();
  const uint64_t after_forty = size();
  change_often();
  EXPECT_LT(size(), 2 * after_forty) << "bytes of its longest write so far";
  EXPECT_EQ(shown->totals().snapshots, static_cast<uint64_t>(changes_));
}

TEST_F(WriteAheadLog, is_none_when_nobody_has_the_index_open) {
  EXPECT_EQ(size(), 0U);
  EXPECT_TRUE(fold_log(storage_.index_file()));
}

TEST(LongLog, of_a_first_scan_is_folded_while_its_indexes_are_made) {
  constexpr int kSnapshots = 40;
  constexpr int kFiles = 500;
  test::IndexedStorage storage;
  for (int n = 0; n < kSnapshots; ++n) {
    std::vector<std::string> handles;
    for (int f = 0; f < kFiles; ++f)
      handles.push_back(test::file(storage.uri(base::format("job/shared/f{}", 100 * n + f)), 10));
    storage.snapshot(base::format("job/chk-{}", n), handles, n);
  }
  storage.scan();
  Connection db(storage.index_file(), Connection::Mode::kReadOnly);
  EXPECT_EQ(kSnapshots * kFiles, db.integer("SELECT COUNT(*) FROM reference_rows"));
  EXPECT_EQ(kSnapshots * kFiles, db.integer("SELECT SUM(links) FROM files"));
  EXPECT_EQ(1, db.integer("SELECT integrity_check = 'ok' FROM pragma_integrity_check"));
}

}  // namespace
}  // namespace checkpointfs::index
