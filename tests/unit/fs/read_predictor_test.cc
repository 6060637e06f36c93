// SPDX-License-Identifier: Apache-2.0
#include "fs/io/read_predictor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace checkpointfs::fs {
namespace {

using Order = ReadPredictor::Order;

// Listed in an order that is neither that of the inodes nor that of the names.
std::vector<ReadPredictor::File> files_of(size_t count) {
  std::vector<ReadPredictor::File> files;
  for (size_t i = 0; i < count; ++i) files.push_back({i * 8 + 3, std::to_string((i * 7919 + 13) % 100'003)});
  std::shuffle(files.begin(), files.end(), std::mt19937(1));
  return files;
}

std::vector<Inode> in_order(std::vector<ReadPredictor::File> files, Order order) {
  if (order == Order::kInode) std::ranges::sort(files, {}, &ReadPredictor::File::inode);
  if (order == Order::kName) std::ranges::sort(files, {}, &ReadPredictor::File::name);
  std::vector<Inode> inodes;
  for (const auto& file : files) inodes.push_back(file.inode);
  return inodes;
}

// Reads all files in an order, with everything pushed as soon as it is due. Returns how many had to be asked
// for.
size_t asked_for(ReadPredictor& reading, const std::vector<Inode>& inodes,
                 std::optional<Order> carried = {}) {
  std::set<Inode> pushed;
  size_t asked = 0;
  for (const Inode inode : inodes) {
    if (pushed.contains(inode)) continue;
    ++asked;
    for (const Inode due : reading.missed(inode, carried)) {
      pushed.insert(due);
      EXPECT_NE(due, inode);
    }
  }
  return asked;
}

class ReadOrders : public ::testing::TestWithParam<Order> {};

TEST_P(ReadOrders, two_files_tell_the_order_and_few_are_asked_for_then) {
  const auto files = files_of(1000);
  ReadPredictor reading(files);
  EXPECT_LE(asked_for(reading, in_order(files, GetParam())), 20U) << "2 % of the files";
  EXPECT_EQ(reading.order(), GetParam());
}

TEST_P(ReadOrders, order_of_the_directory_before_is_believed_at_once) {
  const auto files = files_of(50);
  const std::vector<Inode> inodes = in_order(files, GetParam());
  ReadPredictor reading(files);
  const std::vector<Inode> due = reading.missed(inodes.front(), GetParam());
  ASSERT_GE(due.size(), 8U);
  EXPECT_EQ(due.front(), inodes[1]);
}

TEST_P(ReadOrders, files_of_any_number_are_handed_out_to_the_last) {
  for (size_t count = 1; count < 300; ++count) {
    const auto files = files_of(count);
    ReadPredictor reading(files);
    const size_t asked = asked_for(reading, in_order(files, GetParam()));
    EXPECT_LE(asked, 2 + 4 + count / 50) << count << " files";
  }
}

TEST_P(ReadOrders, directory_is_begun_before_any_file_is_missed) {
  for (size_t count = 1; count < 300; ++count) {
    const auto files = files_of(count);
    const std::vector<Inode> inodes = in_order(files, GetParam());
    ReadPredictor reading(files);
    std::set<Inode> pushed;
    for (const Inode due : reading.begin(GetParam())) {
      EXPECT_TRUE(reading.is_ahead(due)) << count << " files";
      pushed.insert(due);
    }
    EXPECT_EQ(pushed.contains(inodes.front()), count > 1);
    EXPECT_FALSE(reading.is_confirmed()) << "nothing was read";
    size_t asked = 0;
    for (const Inode inode : inodes) {
      if (pushed.contains(inode)) continue;
      ++asked;
      for (const Inode due : reading.missed(inode)) pushed.insert(due);
    }
    EXPECT_GE(asked, 1U) << "tells that the files are read";
    EXPECT_LE(asked, 1 + count / 64) << count << " files";
    EXPECT_TRUE(reading.is_confirmed());
    EXPECT_EQ(reading.order(), GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Every, ReadOrders, ::testing::Values(Order::kListed, Order::kInode, Order::kName));

TEST(ReadPredictor, random_reads_push_next_to_nothing) {
  const auto files = files_of(1000);
  ReadPredictor reading(files);
  std::vector<Inode> inodes = in_order(files, Order::kListed);
  std::shuffle(inodes.begin(), inodes.end(), std::mt19937(2));
  size_t pushed = 0;
  for (const Inode inode : inodes) pushed += reading.missed(inode).size();
  EXPECT_LT(pushed, 200U);
}

TEST(ReadPredictor, wrong_guess_ends_it) {
  const auto files = files_of(100);
  const std::vector<Inode> inodes = in_order(files, Order::kListed);
  ReadPredictor reading(files);
  reading.missed(inodes[10]);
  EXPECT_FALSE(reading.missed(inodes[11]).empty());
  EXPECT_TRUE(reading.is_ahead(inodes[12]));
  EXPECT_TRUE(reading.missed(inodes[90]).empty());
  EXPECT_FALSE(reading.order().has_value());
  EXPECT_FALSE(reading.is_ahead(inodes[12]));
}

TEST(ReadPredictor, directory_that_was_begun_in_the_wrong_order_is_given_up) {
  const auto files = files_of(1000);
  const std::vector<Inode> inodes = in_order(files, Order::kListed);
  ReadPredictor reading(files);
  EXPECT_FALSE(reading.begin(Order::kListed).empty());
  reading.missed(inodes[900]);
  EXPECT_FALSE(reading.order().has_value());
  EXPECT_FALSE(reading.is_confirmed());
  EXPECT_TRUE(ReadPredictor({}).begin(Order::kName).empty());
}

TEST(ReadPredictor, what_the_reader_has_passed_is_not_ahead) {
  const auto files = files_of(100);
  const std::vector<Inode> inodes = in_order(files, Order::kListed);
  ReadPredictor reading(files);
  reading.missed(inodes[0]);
  reading.missed(inodes[1]);
  ASSERT_TRUE(reading.is_ahead(inodes[2]));
  reading.missed(inodes[5]);
  EXPECT_FALSE(reading.is_ahead(inodes[2]));
  EXPECT_FALSE(reading.is_ahead(inodes[5]));
  EXPECT_FALSE(reading.is_ahead(inodes[5 + ReadPredictor::kLead]))
      << "the reader is there before it is pushed";
  EXPECT_TRUE(reading.is_ahead(inodes[6 + ReadPredictor::kLead]));
}

TEST(ReadPredictor, file_of_another_directory_is_no_guess) {
  ReadPredictor reading(files_of(10));
  EXPECT_FALSE(reading.contains(4));
  EXPECT_TRUE(reading.missed(4, Order::kListed).empty());
}

}  // namespace
}  // namespace checkpointfs::fs
