// SPDX-License-Identifier: Apache-2.0
// Damaged state is refused with a reason, or read in order; in little memory.
#include <gtest/gtest.h>

#include "tests/fuzz/allocations.h"
#include "tests/fuzz/corruptions.h"
#include "tests/fuzz/state/changelog_check.h"
#include "tests/fuzz/state/connectors_check.h"
#include "tests/fuzz/state/keyed_check.h"
#include "tests/fuzz/state/state_seeds.h"
#include "tests/fuzz/state/values_check.h"

namespace checkpointfs::fuzz {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kStep = 97;
#else
constexpr uint64_t kStep = 17;
#endif

// Buffers of inputs have 256 KiB each.
constexpr uint64_t kMostMemory = uint64_t{16} << 20;

// Every `seed_step`th seed.
uint64_t try_all(std::string_view harness, std::string (*check)(std::string_view), size_t seed_step = 1) {
  uint64_t tried = 0;
  const std::vector<Seed> seeds = state_seeds(harness);
  for (size_t i = 0; i < seeds.size(); i += seed_step) {
    const Seed& seed = seeds[i];
    EXPECT_EQ(check(seed.bytes), "") << seed.name;
    for_each_corruption(seed.bytes, kStep, [&](std::string_view bytes, const Corruption& corruption) {
      const AllocationPeak peak;
      const std::string problem = check(bytes);
      EXPECT_EQ(problem, "") << seed.name << ", " << to_string(corruption);
      EXPECT_LT(peak.bytes(), kMostMemory) << seed.name << ", " << to_string(corruption);
      ++tried;
    });
  }
  return tried;
}

TEST(StateCorruption, of_key_groups_is_refused_or_read) {
  EXPECT_GT(try_all("keyed", check_keyed), 30'000u / kStep);
}

TEST(StateCorruption, of_changelogs_is_refused_or_replayed) {
  EXPECT_GT(try_all("changelog", check_changelog), 20'000u / kStep);
}

TEST(StateCorruption, of_positions_is_recognised_whole_or_not_at_all) {
  EXPECT_GT(try_all("connectors", check_connectors), 20'000u / kStep);
}

TEST(StateCorruption, of_snapshots_and_values_is_refused_or_read) {
  EXPECT_GT(try_all("values", check_values, 11), 200'000u / kStep);
}

}  // namespace
}  // namespace checkpointfs::fuzz
