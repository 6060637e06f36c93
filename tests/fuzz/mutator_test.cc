// SPDX-License-Identifier: Apache-2.0
// A mutator that only breaks things never gets behind the first check, one that breaks nothing finds nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flink/decode.h"
#include "tests/fuzz/generator.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/trial.h"
#include "tests/support/metadata_builder.h"
#include "tests/support/samples.h"

namespace checkpointfs::fuzz {
namespace {

constexpr int kTries = 3000;

std::string metadata_with(const std::string& path) {
  return test::MetadataBuilder(4)
      .op()
      .subtask({.managed_keyed = test::key_groups(test::file(path, 7))})
      .bytes();
}

TEST(Mutator, keeps_some_inputs_valid_and_breaks_others_in_many_ways) {
  const std::vector<test::Sample> samples = test::samples();
  Random random(1);
  int valid = 0;
  std::set<std::string> reasons;
  for (int i = 0; i < kTries; ++i) {
    const std::string bytes = mutate(random.any(samples).bytes, 16384, random);
    const auto metadata = flink::decode(bytes);
    if (metadata.has_value()) {
      ++valid;
    } else {
      const std::string& reason = metadata.error().reason;
      reasons.insert(reason.substr(0, reason.find_first_of("0123456789")));
    }
  }
  EXPECT_GT(valid, kTries / 20);
  EXPECT_LT(valid, kTries * 19 / 20);
  EXPECT_GT(reasons.size(), 30u);
}

TEST(Mutator, never_exceeds_the_maximum) {
  const std::vector<test::Sample> samples = test::samples();
  Random random(2);
  for (int i = 0; i < kTries; ++i) {
    const std::string bytes = random.any(samples).bytes;
    EXPECT_LE(mutate(bytes, 100, random).size(), 100u);
    EXPECT_LE(splice(bytes, random.any(samples).bytes, bytes.size(), random).size(), bytes.size());
  }
}

TEST(Mutator, splices_handles_of_one_input_into_another) {
  const std::string donor = metadata_with("file:/only/here");
  const std::string into = metadata_with("file:/there");
  Random random(3);
  const std::string spliced = splice(into, donor, 16384, random);
  EXPECT_TRUE(flink::decode(spliced).has_value());
  EXPECT_NE(std::string::npos, spliced.find("file:/only/here"));
}

TEST(Generator, makes_valid_metadata_of_all_versions_mostly) {
  Random random(4);
  int valid = 0;
  std::set<int32_t> versions;
  for (int i = 0; i < kTries; ++i) {
    const std::string bytes = any_metadata(random);
    const auto metadata = flink::decode(bytes);
    if (!metadata.has_value()) continue;
    ++valid;
    versions.insert(metadata->version);
  }
  EXPECT_GT(valid, kTries / 3);
  EXPECT_EQ((std::set<int32_t>{2, 3, 4, 5, 6}), versions);
}

TEST(Generator, makes_nothing_but_what_is_refused_or_round_trips) {
  Random random(6);
  Tally tally;
  size_t longest = 0;
  for (int i = 0; i < kTries; ++i) {
    const std::string bytes = any_metadata(random);
    longest = std::max(longest, bytes.size());
    ASSERT_EQ("", try_bytes(bytes, &tally)) << "number " << i;
  }
  EXPECT_GT(longest, 65535u) << "no path as long as can be";
  EXPECT_GT(tally.round_trips, uint64_t{kTries} / 5);
}

TEST(Generator, makes_valid_java_objects_often) {
  Random random(5);
  int valid = 0;
  for (int i = 0; i < kTries; ++i) {
    const std::string bytes = test::MetadataBuilder(4).properties(any_properties(random)).bytes();
    valid += flink::decode(bytes).has_value();
  }
  EXPECT_GT(valid, kTries / 4);
}

}  // namespace
}  // namespace checkpointfs::fuzz
