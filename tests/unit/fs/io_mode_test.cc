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

IoCosts costs_must_not_matter() {
  ADD_FAILURE() << "costs are measured for nothing";
  return {};
}

IoMode chosen(IoMode wanted, const index::SizeDistribution& sizes, uint64_t broken = 0,
              NeedsOpen needs_open = NeedsOpen::kNo) {
  return choose_io_mode(wanted, sizes, broken, needs_open, costs_must_not_matter).mode;
}

// `hybrid_us`, `push_us`: see IoCosts.
IoChoice weighed(const index::SizeDistribution& sizes, uint64_t hybrid_us, uint64_t push_us) {
  return choose_io_mode(IoMode::kAuto, sizes, 0, NeedsOpen::kNo, [=] {
    return IoCosts{hybrid_us * 1000, push_us * 1000};
  });
}

constexpr uint64_t kMb = 1 << 20;

TEST(IoMode, what_is_asked_for_is_taken_whatever_the_sizes) {
  EXPECT_EQ(chosen(IoMode::kPush, {1, 1 << 30, 1, 1 << 30}), IoMode::kPush);
  EXPECT_EQ(chosen(IoMode::kHybrid, {100, 100, 0, 0}), IoMode::kHybrid);
  EXPECT_EQ(chosen(IoMode::kPlain, {100, 100, 0, 0}), IoMode::kPlain);
}

TEST(IoMode, is_clear_for_files_of_one_kind) {
  EXPECT_EQ(chosen(IoMode::kAuto, {20'000, 200 * kMb, 0, 0}), IoMode::kPush);
  EXPECT_EQ(chosen(IoMode::kAuto, {8, 2048 * kMb, 8, 2048 * kMb}), IoMode::kHybrid);
  EXPECT_EQ(chosen(IoMode::kAuto, {}), IoMode::kHybrid);
}

TEST(IoMode, is_chosen_by_what_each_would_cost) {
  EXPECT_EQ(weighed({20'003, 300 * kMb, 3, 100 * kMb}, 70, 480).mode, IoMode::kPush);
  EXPECT_EQ(weighed({22'008, 4300 * kMb, 2008, 4100 * kMb}, 70, 480).mode, IoMode::kHybrid);
  EXPECT_EQ(weighed({100, 2100 * kMb, 70, 2098 * kMb}, 70, 480).mode, IoMode::kHybrid);
}

TEST(IoMode, depends_on_the_costs_of_the_host) {
  const index::SizeDistribution sizes = {10'100, 1100 * kMb, 100, 1000 * kMb};
  const IoChoice near = weighed(sizes, 20, 400);
  EXPECT_EQ(near.mode, IoMode::kHybrid);
  EXPECT_EQ(
      near.why,
      "10000 small files, 1000.0 MiB in large ones (hybrid costs about 20 us more for each small one, push 400 us "
      "for each MiB of the large ones)");
  EXPECT_EQ(weighed(sizes, 80, 400).mode, IoMode::kPush) << "waking a processor takes long";
  EXPECT_EQ(weighed(sizes, 80, 900).mode, IoMode::kHybrid) << "copying takes long";
}

TEST(IoMode, of_more_files_than_any_source_has_is_still_one_of_the_two) {
  constexpr uint64_t kMany = uint64_t{1} << 62;
  EXPECT_EQ(weighed({kMany + 1, kMany, 1, 1}, UINT64_MAX / 1000, 1).mode, IoMode::kPush);
  EXPECT_EQ(weighed({2, kMany, 1, kMany}, 1, UINT64_MAX / 1000).mode, IoMode::kHybrid);
}

TEST(IoMode, with_broken_snapshots_is_one_that_can_refuse_to_open) {
  EXPECT_EQ(chosen(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 1), IoMode::kHybrid);
}

TEST(IoMode, that_holds_what_is_opened_is_one_that_is_asked_on_opening) {
  EXPECT_EQ(chosen(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kPinOnOpen), IoMode::kHybrid);
  EXPECT_EQ(chosen(IoMode::kPlain, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kPinOnOpen), IoMode::kPlain);
}

TEST(IoMode, that_shows_texts_of_unknown_size_is_one_that_is_asked_on_opening) {
  EXPECT_EQ(chosen(IoMode::kAuto, {20'000, 200 << 20, 0, 0}, 0, NeedsOpen::kKeyedState), IoMode::kHybrid);
}

}  // namespace
}  // namespace checkpointfs::fs
