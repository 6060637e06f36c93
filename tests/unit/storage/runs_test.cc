// SPDX-License-Identifier: Apache-2.0
#include "storage/runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace checkpointfs::storage {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 24 * 3600 * kSecond;
constexpr int64_t kNow = int64_t{1'700'000'000} * kSecond;

using Numbers = std::vector<int64_t>;

// Checkpoints with these numbers, a step after each other.
void add(std::vector<DatedCheckpoint>* checkpoints, const Numbers& numbers, int64_t from, int64_t step) {
  for (const int64_t number : numbers) {
    checkpoints->push_back({number, kNow + from, true});
    from += step;
  }
}

bool share_nothing(size_t, size_t) {
  return false;
}

std::vector<Numbers> numbers_of(const std::vector<DatedCheckpoint>& checkpoints, const Runs& runs) {
  std::vector<Numbers> numbers;
  for (const Run& run : runs.runs) {
    numbers.emplace_back();
    for (const size_t i : run) numbers.back().push_back(checkpoints[i].number);
  }
  return numbers;
}

std::vector<Numbers> apart(const std::vector<DatedCheckpoint>& checkpoints,
                           const ShareFiles& share_files = share_nothing) {
  return numbers_of(checkpoints, runs_of(checkpoints, share_files));
}

int64_t newest(const std::vector<DatedCheckpoint>& checkpoints) {
  const auto found = newest_of(checkpoints, runs_of(checkpoints, share_nothing));
  return found ? checkpoints[*found].number : -1;
}

TEST(RunsTest, of_one_job_whose_numbers_go_up_are_one) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {7, 8, 9, 10, 300}, 0, kDay);
  EXPECT_EQ(apart(checkpoints), std::vector<Numbers>({{7, 8, 9, 10, 300}}));
  EXPECT_FALSE(runs_of(checkpoints, [](size_t, size_t) -> bool { throw 1; }).times_disagree) << "asks nobody";
  EXPECT_TRUE(runs_of({}, share_nothing).runs.empty());
  EXPECT_EQ(newest({}), -1);
}

// A restart from state, after a pause of any length.
TEST(RunsTest, that_go_on_with_the_numbers_are_one) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {7, 8, 9}, 0, kDay);
  add(&checkpoints, {10, 11}, 100 * kDay, kDay);
  EXPECT_EQ(apart(checkpoints), std::vector<Numbers>({{7, 8, 9, 10, 11}}));
  EXPECT_EQ(newest(checkpoints), 11);
}

TEST(RunsTest, that_begin_again_are_told_apart) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {1, 2, 3}, 25 * kDay, kDay);
  add(&checkpoints, {102, 103, 104}, 0, kDay);
  EXPECT_EQ(apart(checkpoints), std::vector<Numbers>({{102, 103, 104}, {1, 2, 3}}));
  EXPECT_EQ(newest(checkpoints), 3);
}

TEST(RunsTest, that_keep_one_checkpoint_each_are_told_apart) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {104, 57, 80, 3}, 0, 5 * kDay);
  EXPECT_EQ(apart(checkpoints), std::vector<Numbers>({{104}, {57, 80}, {3}}));
  EXPECT_EQ(newest(checkpoints), 3);
}

TEST(RunsTest, whose_numbers_overlap_are_told_apart_by_their_length_or_by_the_pause) {
  std::vector<DatedCheckpoint> of_one_length;
  add(&of_one_length, {2, 5, 7}, 0, kDay);
  add(&of_one_length, {1, 3, 4, 6}, 3 * kDay, kDay);
  EXPECT_EQ(apart(of_one_length), std::vector<Numbers>({{2, 5, 7}, {1, 3, 4, 6}}));
  std::vector<DatedCheckpoint> with_a_pause;
  add(&with_a_pause, {2, 5}, 0, kDay);
  add(&with_a_pause, {1, 3, 4}, 6 * kDay, kDay);
  EXPECT_EQ(apart(with_a_pause), std::vector<Numbers>({{2, 5}, {1, 3, 4}}));
  EXPECT_EQ(newest(with_a_pause), 4);
}

TEST(RunsTest, that_share_a_state_file_are_one_whatever_the_times_are) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {102, 103, 104, 1, 2, 3}, 0, kDay);
  const auto share = [&](size_t a, size_t b) {
    return std::set({checkpoints[a].number, checkpoints[b].number}) == std::set<int64_t>({3, 102});
  };
  EXPECT_EQ(apart(checkpoints, share), std::vector<Numbers>({{1, 2, 3, 102, 103, 104}}));
  EXPECT_TRUE(runs_of(checkpoints, share).times_disagree);
}

TEST(RunsTest, are_asked_of_neighbours_only) {
  std::vector<DatedCheckpoint> checkpoints;
  for (int64_t n = 1; n <= 1000; ++n) checkpoints.push_back({n, kNow + n * 7919 % 1000 * kDay, true});
  size_t asked = 0;
  runs_of(checkpoints, [&](size_t, size_t) { return ++asked, false; });
  EXPECT_LE(asked, 2 * checkpoints.size());
}

// The last number counts, whatever the order of a download.
TEST(RunsTest, of_a_download_in_random_order_are_one) {
  std::mt19937 random(14);
  int told_apart = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<DatedCheckpoint> checkpoints;
    const auto count = static_cast<int64_t>(2 + random() % 12);
    const auto first = static_cast<int64_t>(1 + random() % 200);
    std::vector<int64_t> times;
    for (int64_t i = 0; i < count; ++i)
      times.push_back(kNow + static_cast<int64_t>(random() % 3600) * kSecond);
    for (int64_t i = 0; i < count; ++i)
      checkpoints.push_back({first + i, times[static_cast<size_t>(i)], true});
    const Runs runs = runs_of(checkpoints, share_nothing);
    // A few of the many orders look like two runs, and no evidence says otherwise.
    if (runs.runs.size() > 1) {
      ++told_apart;
    } else {
      EXPECT_EQ(newest(checkpoints), first + count - 1);
    }
  }
  EXPECT_LT(told_apart, 20);
}

TEST(RunsTest, of_a_copy_in_the_order_of_names_are_one) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 60 * kSecond);
  EXPECT_EQ(newest(checkpoints), 11);
  checkpoints.clear();
  add(&checkpoints, {100, 101, 102, 97, 98, 99}, 0, 60 * kSecond);
  EXPECT_EQ(newest(checkpoints), 102);
  EXPECT_TRUE(runs_of(checkpoints, share_nothing).times_disagree);
}

// A single checkpoint, or the older half, was restored from a backup.
TEST(RunsTest, of_which_some_were_copied_later_are_one) {
  for (const Numbers& numbers : {Numbers{1, 2, 4, 5, 3}, Numbers{2, 3, 4, 5, 1}, Numbers{4, 5, 6, 1, 2, 3}}) {
    std::vector<DatedCheckpoint> checkpoints;
    add(&checkpoints, numbers, 0, 60 * kSecond);
    for (size_t i = numbers.size() / 2 + 1; i < numbers.size(); ++i) checkpoints[i].time_ns += 9 * kDay;
    EXPECT_EQ(newest(checkpoints), *std::ranges::max_element(numbers));
  }
}

TEST(RunsTest, with_equal_times_go_by_number) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {3, 104, 1, 103, 2}, 0, 0);
  checkpoints[0].time_ns += kSecond / 2;  // stores have seconds
  EXPECT_EQ(apart(checkpoints), std::vector<Numbers>({{1, 2, 3, 103, 104}}));
  EXPECT_FALSE(runs_of(checkpoints, share_nothing).times_disagree);
  EXPECT_EQ(newest(checkpoints), 104);
}

TEST(RunsTest, have_their_newest_where_one_is_usable) {
  std::vector<DatedCheckpoint> checkpoints;
  add(&checkpoints, {102, 103, 104, 1, 2}, 0, kDay);
  checkpoints[4].is_usable = false;
  EXPECT_EQ(newest(checkpoints), 1);
  checkpoints[3].is_usable = false;
  EXPECT_EQ(newest(checkpoints), 104) << "nothing of the last run is usable";
  for (DatedCheckpoint& checkpoint : checkpoints) checkpoint.is_usable = false;
  EXPECT_EQ(newest(checkpoints), -1);
}

TEST(RunsTest, of_hostile_numbers_and_times_are_some) {
  const std::vector<DatedCheckpoint> checkpoints = {
      {INT64_MAX, INT64_MIN, true}, {INT64_MIN, INT64_MAX, true}, {0, 0, true}, {-1, INT64_MAX, true}};
  size_t count = 0;
  const Runs runs = runs_of(checkpoints, share_nothing);
  for (const auto& run : runs.runs) count += run.size();
  EXPECT_EQ(count, checkpoints.size());
}

}  // namespace
}  // namespace checkpointfs::storage
