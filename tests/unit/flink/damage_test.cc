// SPDX-License-Identifier: Apache-2.0
// Damaged metadata is refused with a reason, or is other valid metadata: never a crash, a hang or half a
// reading.
#include <chrono>

#include <gtest/gtest.h>

#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "flink/rewrite.h"
#include "tests/support/samples.h"
#include "tests/unit/flink/decoding.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::flink {
namespace {

class Damage : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    inputs_ = test::samples();
    for (test::Fixture& fixture : test::metadata_fixtures()) {
      inputs_.push_back({fixture.name, std::move(fixture.bytes)});
    }
  }

  static std::vector<test::Sample> inputs_;
};

std::vector<test::Sample> Damage::inputs_;

// Decodes `bytes`; what can be decoded is rewritten, and must pass the check of that.
void expect_refused_or_consistent(const std::string& bytes, const std::string& what) {
  const base::Result<Metadata> result = decode(bytes);
  if (!result.has_value()) {
    ASSERT_FALSE(result.error().reason.empty()) << what;
    ASSERT_FALSE(result.error().field.empty()) << what;
    ASSERT_LE(result.error().offset, bytes.size()) << what;
    return;
  }
  const std::vector<std::string> names = numbered_names(*result);
  for (const FormKind kind : {FormKind::kOwned, FormKind::kAbsolute}) {
    const Form form = {kind, "file:/copy"};
    const base::Result<std::string> rewritten = rewrite(bytes, *result, form, names);
    if (!rewritten.has_value()) {
      ASSERT_FALSE(rewritten.error().reason.empty()) << what;
      continue;
    }
    ASSERT_EQ(check_rewritten(*result, *rewritten, form, names), "") << what;
  }
}

TEST_F(Damage, truncation_at_every_byte_is_refused) {
  for (const test::Sample& input : inputs_) {
    for (size_t length = 0; length < input.bytes.size(); ++length) {
      const base::Result<Metadata> result = decode(std::string_view(input.bytes).substr(0, length));
      ASSERT_FALSE(result.has_value()) << input.name << " of " << length << " bytes";
      ASSERT_TRUE(result.error().truncated)
          << input.name << " of " << length << " bytes: " << base::to_string(result.error());
    }
  }
}

TEST_F(Damage, bytes_added_at_the_end_are_refused) {
  for (const test::Sample& input : inputs_) {
    for (const char* garbage : {"x", "\xFF\xFF\xFF\xFF", "0123456789abcdef"}) {
      const base::Result<Metadata> result = decode(input.bytes + garbage);
      ASSERT_FALSE(result.has_value()) << input.name;
      ASSERT_FALSE(result.error().truncated) << input.name;
    }
  }
}

TEST_F(Damage, inverting_any_byte_is_refused_or_leaves_valid_metadata) {
  for (const test::Sample& input : inputs_) {
    std::string bytes = input.bytes;
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>(~bytes[i]);
      expect_refused_or_consistent(bytes, input.name + " at " + std::to_string(i));
      if (HasFatalFailure()) return;
      bytes[i] = input.bytes[i];
    }
  }
}

TEST_F(Damage, flipping_any_bit_of_a_sample_is_refused_or_leaves_valid_metadata) {
  for (const test::Sample& input : test::samples()) {
    std::string bytes = input.bytes;
    for (size_t i = 0; i < 8 * bytes.size(); ++i) {
      bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
      expect_refused_or_consistent(bytes, input.name + " bit " + std::to_string(i));
      if (HasFatalFailure()) return;
      bytes[i / 8] = input.bytes[i / 8];
    }
  }
}

TEST_F(Damage, taking_out_or_adding_any_byte_is_refused_or_leaves_valid_metadata) {
  for (const test::Sample& input : test::samples()) {
    for (size_t i = 0; i < input.bytes.size(); ++i) {
      std::string shorter = input.bytes;
      shorter.erase(i, 1);
      expect_refused_or_consistent(shorter, input.name + " without " + std::to_string(i));
      std::string longer = input.bytes;
      longer.insert(i, 1, '\0');
      expect_refused_or_consistent(longer, input.name + " and a zero at " + std::to_string(i));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(Damage, counts_of_every_size_anywhere_are_refused_quickly) {
  const auto start = std::chrono::steady_clock::now();
  for (const test::Sample& input : test::samples()) {
    for (size_t i = 8; i + 4 <= input.bytes.size(); ++i) {
      for (const char* count : {"\x7F\xFF\xFF\xFF", "\x00\xFF\xFF\xFF", "\x80\x00\x00\x00"}) {
        std::string bytes = input.bytes;
        bytes.replace(i, 4, count, 4);
        expect_refused_or_consistent(bytes, input.name + " at " + std::to_string(i));
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

}  // namespace
}  // namespace checkpointfs::flink
