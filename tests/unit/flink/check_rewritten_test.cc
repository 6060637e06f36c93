// SPDX-License-Identifier: Apache-2.0
// The check finds what a wrong rewrite could do.
#include <gtest/gtest.h>

#include "flink/check_rewritten.h"
#include "tests/support/metadata_builder.h"
#include "tests/support/samples.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using test::MetadataBuilder;

const Form kOwned = {FormKind::kOwned, ""};
const Form kShared = {FormKind::kShared, ""};
const Form kAbsolute = {FormKind::kAbsolute, "file:/copy"};

std::string keyed(const std::string& handle) {
  return MetadataBuilder(4).op().subtask({.managed_keyed = handle}).bytes();
}

// The message of the check of `result`; the original holds a shared file, a private one and inline state.
std::string problem_of(const test::Incremental& result, const Form& form = kOwned) {
  const std::string original = keyed(test::incremental(
      {.shared = {{"1.sst", test::file("/s/a", 10)}}, .private_ = {{"M", test::file("/s/b", 20)}}}));
  const Metadata metadata = decoded(original);
  return check_rewritten(metadata, keyed(test::incremental(result)), form, {"a", "b"});
}

TEST(CheckRewritten, right_results_pass) {
  EXPECT_EQ(problem_of({.private_ = {{"1.sst", test::relative("a", 10)}, {"M", test::relative("b", 20)}}}),
            "");
  EXPECT_EQ(problem_of({.shared = {{"1.sst", test::relative("a", 10)}},
                        .private_ = {{"M", test::relative("b", 20)}}},
                       kShared),
            "");
  EXPECT_EQ(problem_of({.shared = {{"1.sst", test::file("file:/copy/a", 10)}},
                        .private_ = {{"M", test::file("file:/copy/b", 20)}}},
                       kAbsolute),
            "");
}

TEST(CheckRewritten, handles_in_the_wrong_form_are_found) {
  EXPECT_NE(problem_of({.private_ = {{"1.sst", test::file("/s/a", 10)}, {"M", test::relative("b", 20)}}})
                .find("is a FILE handle"),
            std::string::npos);
  EXPECT_NE(problem_of({.shared = {{"1.sst", test::relative("a", 10)}},
                        .private_ = {{"M", test::relative("b", 20)}}},
                       kAbsolute)
                .find("is a RELATIVE handle"),
            std::string::npos);
}

TEST(CheckRewritten, wrong_names_sizes_and_places_are_found) {
  EXPECT_NE(problem_of({.private_ = {{"1.sst", test::relative("b", 10)}, {"M", test::relative("b", 20)}}})
                .find("has another name"),
            std::string::npos);
  EXPECT_NE(problem_of({.private_ = {{"1.sst", test::relative("a", 10)}, {"M", test::relative("b", 21)}}})
                .find("has another size"),
            std::string::npos);
  EXPECT_NE(problem_of({.private_ = {{"2.sst", test::relative("a", 10)}, {"M", test::relative("b", 20)}}})
                .find("stands in another place"),
            std::string::npos);
}

TEST(CheckRewritten, shared_map_left_or_moved_against_the_form_is_found) {
  const test::Incremental left = {.shared = {{"1.sst", test::relative("a", 10)}},
                                  .private_ = {{"M", test::relative("b", 20)}}};
  const test::Incremental moved = {
      .private_ = {{"1.sst", test::relative("a", 10)}, {"M", test::relative("b", 20)}}};
  EXPECT_NE(problem_of(left, kOwned), "");
  EXPECT_NE(problem_of(moved, kShared), "");
}

TEST(CheckRewritten, inline_entries_moved_against_the_form_are_found) {
  const auto build = [](const auto& shared, const auto& private_) {
    return keyed(test::incremental({.shared = shared, .private_ = private_}));
  };
  using List = std::vector<std::pair<std::string, std::string>>;
  const List inline_entry = {{"1.sst", test::byte("n", "x")}};
  const std::string original = build(inline_entry, List{});
  const Metadata metadata = decoded(original);
  EXPECT_NE(check_rewritten(metadata, original, kOwned, {}), "");
  EXPECT_EQ(check_rewritten(metadata, build(List{}, inline_entry), kOwned, {}), "");
}

TEST(CheckRewritten, missing_handles_and_undecodable_results_are_found) {
  EXPECT_NE(
      problem_of({.private_ = {{"1.sst", test::relative("a", 10)}}}).find("has 1 file handles instead of 2"),
      std::string::npos);
  const std::string original = keyed(test::key_groups(test::file("/a", 1)));
  EXPECT_NE(check_rewritten(decoded(original), "", kOwned, {"a"}).find("cannot be decoded"),
            std::string::npos);
}

TEST(CheckRewritten, file_merging_that_is_left_is_found) {
  const auto build = [](const std::string& managed) {
    return MetadataBuilder(4).op().subtask({.managed_operator = managed}).bytes();
  };
  const std::string original = build(test::segment_operator({}));
  EXPECT_EQ(check_rewritten(decoded(original), original, kOwned, {"a"}),
            "an operator handle of file merging is left");
}

TEST(CheckRewritten, every_changed_byte_of_a_result_is_found) {
  for (const test::Sample& sample : test::samples()) {
    const Metadata metadata = decoded(sample.bytes);
    const std::vector<std::string> names = numbered_names(metadata);
    for (const Form& form : {kOwned, kAbsolute}) {
      std::string result = rewritten(sample.bytes, form, names);
      for (char& byte : result) {
        byte = static_cast<char>(~byte);
        ASSERT_NE(check_rewritten(metadata, result, form, names), "")
            << sample.name << " at " << &byte - result.data();
        byte = static_cast<char>(~byte);
      }
    }
  }
}

TEST(CheckRewritten, original_form_must_be_the_same_bytes) {
  const std::string original = keyed(test::key_groups(test::file("/a", 1)));
  EXPECT_EQ(check_rewritten(decoded(original), original, {FormKind::kOriginal, ""}, {"a"}), "");
  EXPECT_NE(check_rewritten(decoded(original), original + "x", {FormKind::kOriginal, ""}, {"a"}), "");
}

}  // namespace
}  // namespace checkpointfs::flink
