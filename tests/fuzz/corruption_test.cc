// SPDX-License-Identifier: Apache-2.0
// Damaged metadata is refused with a reason or round-trips, in linear memory and time.
#include <gtest/gtest.h>

#include "tests/fuzz/corruptions.h"
#include "tests/fuzz/inputs.h"
#include "tests/fuzz/trial.h"

namespace checkpointfs::fuzz {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kEachOfSamples = 23;
constexpr uint64_t kEachOfFixtures = 2503;
#else
constexpr uint64_t kEachOfSamples = 3;
constexpr uint64_t kEachOfFixtures = 397;
#endif

Tally corrupted(const std::vector<test::Sample>& inputs, uint64_t step) {
  Tally total;
  for (const test::Sample& input : inputs) {
    total += try_corruptions(
        input, step, [&](std::string_view, const Corruption& corruption, const std::string& problem) {
          ADD_FAILURE() << input.name << ", " << to_string(corruption) << ": " << problem;
        });
    if (testing::Test::HasFailure()) break;
  }
  std::cout << to_string(total) << std::endl;
  return total;
}

TEST(Corruption, of_samples_is_refused_or_round_trips) {
  const Tally total = corrupted(test::samples(), kEachOfSamples);
  EXPECT_GE(total.variants() * kEachOfSamples, 500'000u);
  EXPECT_GT(total.refused, total.variants() / 10);
  EXPECT_GT(total.round_trips, total.variants() / 10);
}

TEST(Corruption, of_fixtures_is_refused_or_round_trips) {
  const Tally total = corrupted(inputs(), kEachOfFixtures);
  EXPECT_GE(total.variants() * kEachOfFixtures, 10'000'000u);
  EXPECT_GT(total.refused, total.variants() / 10);
  EXPECT_GT(total.round_trips, total.variants() / 10);
}

TEST(Corruption, comes_in_order) {
  std::vector<std::string> variants;
  for_each_corruption("ab", 1, [&](std::string_view bytes, const Corruption& corruption) {
    variants.push_back(std::string(bytes) + ": " + to_string(corruption));
  });
  ASSERT_EQ(2u + 16u + 11u, variants.size());
  EXPECT_EQ(": cut off after 0 bytes", variants[0]);
  EXPECT_EQ("a: cut off after 1 bytes", variants[1]);
  EXPECT_EQ("`b: bit 0 of the byte at offset 0 flipped", variants[2]);
  EXPECT_EQ("ac: bit 0 of the byte at offset 1 flipped", variants[10]);
  EXPECT_EQ(std::string("\0\0: 2 bytes at offset 0 are 0", 29), variants[18]);
  EXPECT_EQ("\xFF\xFF: 2 bytes at offset 0 are ffff", variants[19]);
}

TEST(Corruption, by_step_is_every_nth) {
  uint64_t all = 0;
  uint64_t each_third = 0;
  for_each_corruption("Flink", 1, [&](std::string_view, const Corruption&) { ++all; });
  for_each_corruption("Flink", 3, [&](std::string_view, const Corruption&) { ++each_third; });
  EXPECT_EQ((all + 2) / 3, each_third);
}

}  // namespace
}  // namespace checkpointfs::fuzz
