// SPDX-License-Identifier: Apache-2.0
#include "fs/io/io_mode.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

TEST(IoMode, names_are_read_as_they_are_written) {
  for (const IoMode mode : {IoMode::kAuto, IoMode::kHybrid, IoMode::kPush, IoMode::kPlain}) {
    EXPECT_EQ(io_mode_of(to_string(mode)), mode);
  }
  EXPECT_EQ(io_mode_of("fast"), std::nullopt);
  EXPECT_EQ(io_mode_of(""), std::nullopt);
}

TEST(IoMode, what_is_asked_for_is_taken_whatever_the_sizes) {
  EXPECT_EQ(choose_io_mode(IoMode::kPush, {1, 1 << 30, 1, 1 << 30}, 0).mode, IoMode::kPush);
  EXPECT_EQ(choose_io_mode(IoMode::kHybrid, {100, 100, 0, 0}, 0).mode, IoMode::kHybrid);
  EXPECT_EQ(choose_io_mode(IoMode::kPlain, {100, 100, 0, 0}, 0).mode, IoMode::kPlain);
}

TEST(IoMode, is_chosen_by_what_each_would_cost) {
  constexpr uint64_t kMb = 1 << 20;
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {20'000, 200 * kMb, 0, 0}, 0).mode, IoMode::kPush);
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {20'003, 300 * kMb, 3, 100 * kMb}, 0).mode, IoMode::kPush);
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {22'008, 4300 * kMb, 2008, 4100 * kMb}, 0).mode, IoMode::kHybrid);
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {100, 2100 * kMb, 70, 2098 * kMb}, 0).mode, IoMode::kHybrid);
}

TEST(IoMode, with_broken_snapshots_is_one_that_can_refuse_to_open) {
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 1).mode, IoMode::kHybrid);
}

TEST(IoMode, that_holds_what_is_opened_is_one_that_is_asked_on_opening) {
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kPinOnOpen).mode,
            IoMode::kHybrid);
  EXPECT_EQ(choose_io_mode(IoMode::kPlain, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kPinOnOpen).mode,
            IoMode::kPlain);
}

TEST(IoMode, that_shows_texts_of_unknown_size_is_one_that_is_asked_on_opening) {
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kKeyedState).mode,
            IoMode::kHybrid);
}

TEST(IoMode, of_sources_without_a_file_is_one_of_the_two) {
  EXPECT_EQ(choose_io_mode(IoMode::kAuto, {}, 0).mode, IoMode::kHybrid);
}

}  // namespace
}  // namespace checkpointfs::fs
