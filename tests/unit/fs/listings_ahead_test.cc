// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/listings_ahead.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

using Place = ListingsAhead::Place;

ListingPage page_of(char byte) {
  return {{byte}, 1, 7, false};
}

class ListingsAheadTest : public ::testing::Test {
 protected:
  const ListingsAhead::Shown now_ = std::make_shared<int>(1);
  const Place place_{1, 100, 4096, true};
  ListingsAhead ahead_;
};

TEST_F(ListingsAheadTest, page_is_taken_once) {
  EXPECT_FALSE(ahead_.take(place_, now_));
  ahead_.keep(place_, now_, page_of('a'));
  const auto page = ahead_.take(place_, now_);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->bytes.front(), 'a');
  EXPECT_FALSE(ahead_.take(place_, now_));
}

TEST_F(ListingsAheadTest, page_for_another_request_is_not_taken) {
  ahead_.keep(place_, now_, page_of('a'));
  for (const Place& other : {Place{2, 100, 4096, true}, Place{1, 101, 4096, true}, Place{1, 100, 8192, true},
                             Place{1, 100, 4096, false}}) {
    EXPECT_FALSE(ahead_.take(other, now_));
  }
  EXPECT_TRUE(ahead_.take(place_, now_));
}

TEST_F(ListingsAheadTest, page_made_before_the_index_changed_is_not_taken) {
  ahead_.keep(place_, now_, page_of('a'));
  EXPECT_FALSE(ahead_.take(place_, std::make_shared<int>(1)));
  EXPECT_FALSE(ahead_.take(place_, now_)) << "the page is of no use any more";
}

TEST_F(ListingsAheadTest, last_pages_of_eight_readers_are_kept) {
  for (uint64_t reader = 1; reader <= 9; ++reader) ahead_.keep({reader, 1, 1, true}, now_, page_of('a'));
  EXPECT_FALSE(ahead_.take({1, 1, 1, true}, now_));
  for (uint64_t reader = 2; reader <= 9; ++reader) EXPECT_TRUE(ahead_.take({reader, 1, 1, true}, now_));
}

TEST_F(ListingsAheadTest, directory_comes_in_order_if_it_follows_the_one_listed_before) {
  EXPECT_FALSE(ahead_.comes_in_order(1, 2)) << "nothing was listed before";
  EXPECT_TRUE(ahead_.comes_in_order(2, 3));
  EXPECT_FALSE(ahead_.comes_in_order(9, 10)) << "another program";
  EXPECT_TRUE(ahead_.comes_in_order(3, 4));
  EXPECT_TRUE(ahead_.comes_in_order(10, 11));
  EXPECT_FALSE(ahead_.comes_in_order(3, 4)) << "listed once more";
}

}  // namespace
}  // namespace checkpointfs::fs
