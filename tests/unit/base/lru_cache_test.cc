// SPDX-License-Identifier: Apache-2.0
#include "base/lru_cache.h"

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

TEST(LruCache, keeps_what_was_used_last_up_to_its_budget) {
  LruCache<int, char> cache(10);
  cache.keep(1, 'a', 4);
  cache.keep(2, 'b', 4);
  EXPECT_EQ(cache.find(1), 'a');
  cache.keep(3, 'c', 4);
  EXPECT_FALSE(cache.find(2));
  EXPECT_EQ(cache.find(1), 'a');
  EXPECT_EQ(cache.find(3), 'c');
  cache.keep(4, 'd', 11);
  EXPECT_FALSE(cache.find(4));
  EXPECT_EQ(cache.find(3), 'c');
  cache.keep(5, 'e', 10);
  EXPECT_FALSE(cache.find(3));
  EXPECT_EQ(cache.find(5), 'e');
}

TEST(LruCache, keeps_the_first_of_two_values_of_a_key) {
  LruCache<int, char> cache(2);
  cache.keep(1, 'a');
  cache.keep(1, 'b');
  EXPECT_EQ(cache.find(1), 'a');
  cache.keep(2, 'c');
  EXPECT_EQ(cache.find(1), 'a');
  EXPECT_EQ(cache.find(2), 'c');
}

TEST(LruCache, makes_room_for_another_value_of_a_dropped_key) {
  LruCache<int, char> cache(1);
  cache.keep(1, 'a');
  cache.drop(1);
  cache.drop(2);
  EXPECT_FALSE(cache.find(1));
  cache.keep(1, 'b');
  EXPECT_EQ(cache.find(1), 'b');
}

}  // namespace
}  // namespace checkpointfs::base
