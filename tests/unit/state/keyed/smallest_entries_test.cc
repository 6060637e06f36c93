// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/smallest_entries.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Passes {
  Pairs handed_out;
  int number = 0;
  bool came_in_order = false;
  uint64_t most_bytes = 0;
};

// The first `prefix` bytes of each key are its prefix.
Passes passes_over(const Pairs& pairs, uint64_t budget, size_t prefix = 0) {
  Passes passes;
  SmallestEntries smallest(budget);
  smallest.begin_group();
  for (bool is_more = true; is_more; ++passes.number) {
    if (passes.number > 0) smallest.begin_pass();
    for (const auto& [key, value] : pairs) {
      smallest.begin_prefix(std::string_view(key).substr(0, prefix));
      smallest.add(std::string_view(key).substr(std::min(prefix, key.size())), value);
      passes.most_bytes = std::max(passes.most_bytes, smallest.entries().bytes());
    }
    is_more = smallest.end_pass();
    if (passes.number == 0) passes.came_in_order = smallest.came_in_order();
    for (size_t i = 0; i < smallest.entries().size(); ++i) {
      passes.handed_out.emplace_back(smallest.entries().key(i), smallest.entries().value(i));
    }
  }
  return passes;
}

Pairs shuffled(int n, int keys) {
  Pairs pairs;
  for (int i = 0; i < n; ++i) pairs.emplace_back("key-" + std::to_string(1000 + i % keys), std::to_string(i));
  std::shuffle(pairs.begin(), pairs.end(), std::mt19937(7));
  return pairs;
}

Pairs sorted(Pairs pairs) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return pairs;
}

TEST(SmallestEntries, take_one_pass_if_all_fit) {
  const Pairs pairs = shuffled(100, 100);
  const Passes passes = passes_over(pairs, 1 << 20);
  EXPECT_EQ(passes.number, 1);
  EXPECT_FALSE(passes.came_in_order);
  EXPECT_EQ(passes.handed_out, sorted(pairs));
}

TEST(SmallestEntries, of_all_passes_are_the_sorted_entries) {
  for (const size_t prefix : {0, 4, 6}) {
    for (const uint64_t budget : {1, 300, 2000, 20'000}) {
      const Pairs pairs = shuffled(500, 500);
      const Passes passes = passes_over(pairs, budget, prefix);
      EXPECT_GT(passes.number, 1) << budget;
      EXPECT_EQ(passes.handed_out, sorted(pairs)) << budget;
      EXPECT_LE(passes.most_bytes, budget + 200);
    }
  }
}

TEST(SmallestEntries, with_equal_keys_keep_their_order) {
  for (const int keys : {1, 2, 7}) {
    for (const uint64_t budget : {1, 300, 2000}) {
      const Pairs pairs = shuffled(100, keys);
      EXPECT_EQ(passes_over(pairs, budget).handed_out, sorted(pairs)) << keys << ' ' << budget;
    }
  }
}

TEST(SmallestEntries, tell_whether_all_came_in_order) {
  Pairs pairs = sorted(shuffled(200, 200));
  EXPECT_TRUE(passes_over(pairs, 1000).came_in_order);
  EXPECT_TRUE(passes_over(pairs, 1000, 5).came_in_order);
  std::swap(pairs[150], pairs[151]);
  EXPECT_FALSE(passes_over(pairs, 1000).came_in_order);
  EXPECT_FALSE(passes_over(pairs, 1000, 5).came_in_order);
  std::swap(pairs[150], pairs[151]);
  std::swap(pairs[0], pairs[1]);
  EXPECT_FALSE(passes_over(pairs, 1000).came_in_order);
}

}  // namespace
}  // namespace checkpointfs::state
