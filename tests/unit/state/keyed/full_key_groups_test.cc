// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/full_key_groups.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::full_group;
using test::MadeFile;

test::Proxy two_states(bool compressed = false) {
  return {.compressed = compressed,
          .states = {test::keyed_state("v", "VALUE", test::int_type()),
                     test::keyed_state("u", "VALUE", test::unknown_type())}};
}

std::string full_text(const MadeFile& made, size_t state, size_t prefix_length = 1,
                      uint64_t budget = kGroupBudget) {
  return test::text_of(*full_entries(made.file, made.proxy, state, prefix_length, budget));
}

TEST(FullEntries, of_one_state_are_found_among_others) {
  for (const bool compressed : {false, true}) {
    const auto stored = [&](const std::string& group) {
      return compressed ? test::snappy_frames(group) : group;
    };
    const MadeFile made =
        test::made_file(two_states(compressed), 3,
                        {stored(full_group(3, {{0, "a", "1"}, {0, "b", ""}, {1, "c", "3"}})), "",
                         stored(full_group(5, {{1, "d", "4"}}))});
    EXPECT_EQ(full_text(made, 0), "3 61=31\n3 62=\n");
    EXPECT_EQ(full_text(made, 1), "3 63=33\n5 64=34\n");
  }
}

TEST(FullEntries, have_two_bytes_of_key_group_in_large_jobs) {
  const MadeFile made =
      test::made_file(two_states(), 300, {full_group(300, {{0, "a", "1"}, {0, "b", "2"}}, 2)});
  EXPECT_EQ(full_text(made, 0, 2), "300 61=31\n300 62=32\n");
}

TEST(FullEntries, of_a_heap_job_are_sorted) {
  const MadeFile made =
      test::made_file(two_states(), 0, {full_group(0, {{0, "b", "1"}, {0, "a", "2"}, {0, "ab", "3"}})});
  EXPECT_EQ(full_text(made, 0), "0 61=32\n0 6162=33\n0 62=31\n");
}

TEST(FullEntries, of_a_group_that_is_larger_than_memory_are_sorted) {
  for (const char* const last : {"y", "b"}) {  // RocksDB writes keys in order, the heap does not
    const MadeFile made = test::made_file(
        two_states(), 0,
        {full_group(
             0, {{0, "a", "1"}, {0, "c", "2"}, {0, "d", "3"}, {0, "x", "4"}, {0, last, "5"}, {1, "e", ""}}),
         full_group(1, {{0, "f", "6"}})});
    const std::string all = full_text(made, 0);
    for (const uint64_t budget : {1, 100, 200}) EXPECT_EQ(full_text(made, 0, 1, budget), all) << budget;
  }
}

TEST(FullEntries, of_a_damaged_group_that_is_larger_than_memory_end_with_the_damage) {
  const std::string group = full_group(0, {{0, "a", "1"}, {0, "c", "2"}, {0, "d", "3"}, {0, "x", "4"}});
  const MadeFile made = test::made_file(two_states(), 0, {group.substr(0, group.size() - 4)});
  const std::string all = full_text(made, 0);
  EXPECT_NE(all.find("error"), std::string::npos);
  for (const uint64_t budget : {1, 100, 200}) EXPECT_EQ(full_text(made, 0, 1, budget), all) << budget;
}

TEST(FullEntries, of_types_that_cannot_be_read_are_no_gap) {
  const MadeFile made = test::made_file(two_states(), 0, {full_group(0, {{1, "a", "1"}})});
  const auto entries = full_entries(made.file, made.proxy, 1, 1);
  ASSERT_TRUE(entries->next());
  EXPECT_EQ(entries->next(), std::nullopt);
  EXPECT_TRUE(entries->gaps().key_groups.empty());
}

TEST(FullEntries, that_do_not_fit_are_damage) {
  const auto text = [](const std::string& group, size_t prefix_length = 1) {
    return full_text(test::made_file(two_states(), 5, {group}), 0, prefix_length);
  };
  EXPECT_EQ(text(full_group(6, {{0, "a", "1"}})), "error: a key of key group 6 in key group 5\n");
  EXPECT_EQ(text(full_group(5, {{2, "a", "1"}})), "error: state 2 of 2\n");
  EXPECT_EQ(text(full_group(5, {{0, "", "1"}}), 2), "error: a key of 1 bytes\n");
  EXPECT_EQ(text(Bytes().i16(0).i32(-1).str()), "error: a key of -1 bytes\n");
  EXPECT_EQ(text(Bytes().i16(0).block("\x05").i32(-2).str()), "error: a value of -2 bytes\n");
  EXPECT_EQ(text(Bytes().i16(0).i32(INT32_MAX).u8(5).str()), "error: needs 2147483646 bytes, 0 are left\n");
}

TEST(FullEntries, of_a_file_that_was_cut_anywhere_are_an_error_or_fewer) {
  for (const bool compressed : {false, true}) {
    const auto stored = [&](const std::string& group) {
      return compressed ? test::snappy_frames(group) : group;
    };
    const MadeFile made = test::made_file(
        two_states(compressed), 0,
        {stored(full_group(0, {{0, "a", "1"}, {1, "x", "y"}})), stored(full_group(1, {{0, "b", "2"}}))});
    const std::string bytes = bytes_of(made);
    const std::string whole = full_text(made, 0);
    EXPECT_EQ(whole, "0 61=31\n1 62=32\n");
    for (auto length = static_cast<size_t>(made.file.offsets[0]); length < bytes.size(); ++length) {
      const std::string text = full_text(test::with_bytes(made, bytes.substr(0, length)), 0);
      EXPECT_NE(text.find("error: "), std::string::npos) << length << "\n" << text;
      EXPECT_TRUE(whole.starts_with(text.substr(0, text.find("error: ")))) << length << "\n" << text;
    }
  }
}

}  // namespace
}  // namespace checkpointfs::state
