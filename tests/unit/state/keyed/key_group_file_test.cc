// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/key_group_file.h"

#include <string>

#include <gtest/gtest.h>

#include "state/keyed/state_counts.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::full_group;
using test::heap_group;
using test::heap_state;
using test::MadeFile;

std::string form_text(const MadeFile& made) {
  const auto form = key_group_form(made.file, *made.proxy);
  if (!form.has_value()) return form.error().reason;
  return *form == KeyGroupForm::kHeap ? "heap" : "full";
}

test::Proxy one_state(bool compressed = false) {
  return {.compressed = compressed, .states = {test::keyed_state("v", "VALUE", test::int_type())}};
}

const std::string& empty_state() {
  static const std::string state = heap_state(0, {});
  return state;
}

TEST(KeyGroupForm, is_heap_if_each_key_group_begins_with_its_number) {
  for (const bool compressed : {false, true}) {
    EXPECT_EQ(form_text(test::made_file(
                  one_state(compressed), 0,
                  {heap_group(0, {empty_state()}, compressed), heap_group(1, {empty_state()}, compressed)})),
              "heap");
  }
}

TEST(KeyGroupForm, is_full_if_key_groups_begin_with_a_state_or_are_absent) {
  const std::string first = full_group(0, {{0, "aaaa", "1"}});
  EXPECT_EQ(form_text(test::made_file(one_state(), 0, {first, full_group(1, {{0, "b", "2"}})})), "full");
  EXPECT_EQ(form_text(test::made_file(one_state(), 0, {first, ""})), "full");
  EXPECT_EQ(form_text(test::made_file(one_state(), 0, {"", ""})), "full");
  EXPECT_EQ(form_text(test::made_file(
                one_state(true), 0,
                {test::snappy_frames(first), test::snappy_frames(full_group(1, {{0, "b", "2"}}))})),
            "full");
}

TEST(KeyGroupForm, of_key_group_0_alone_follows_from_its_lengths) {
  // Both begin with four zeros.
  EXPECT_EQ(form_text(test::made_file(one_state(), 0, {full_group(0, {{0, "aaaa", "1"}, {0, "b", "2"}})})),
            "full");
  EXPECT_EQ(form_text(test::made_file(one_state(), 0, {heap_group(0, {empty_state()})})), "heap");
  EXPECT_EQ(form_text(test::made_file(one_state(), 0,
                                      {heap_group(0, {heap_state(0, {Bytes().u8(0).i32(1).i32(2).str()})})})),
            "heap");
  EXPECT_EQ(form_text(test::made_file(one_state(true), 0, {heap_group(0, {empty_state()}, true)})), "heap");
  EXPECT_EQ(
      form_text(test::made_file(one_state(true), 0, {test::snappy_frames(full_group(0, {{0, "a", "1"}}))})),
      "full");
}

TEST(KeyGroupForm, that_differs_between_key_groups_is_damage) {
  EXPECT_EQ(form_text(test::made_file(one_state(), 1,
                                      {heap_group(1, {empty_state()}), heap_group(9, {empty_state()})})),
            "key group 2 does not begin with its number");
}

TEST(FirstOffset, is_the_smallest_one_or_the_size_of_the_file) {
  MadeFile made =
      test::made_file(one_state(), 0, {"", full_group(1, {{0, "b", "2"}}), full_group(2, {{0, "b", "2"}})});
  EXPECT_EQ(first_offset(made.file), made.proxy->end);
  made.file.offsets = {0, 0, 0};
  EXPECT_EQ(first_offset(made.file), made.file.bytes->size());
}

TEST(StateCounts, of_a_full_file_need_no_types) {
  const MadeFile made = test::made_file(
      {.key = test::unknown_type(),
       .states = {test::keyed_state("u", "VALUE", test::unknown_type()),
                  test::keyed_state("w", "VALUE", test::int_type())}},
      0, {full_group(0, {{0, "a", "1"}, {0, "bc", "23"}, {1, "d", ""}}), full_group(1, {{1, "e", "4"}})});
  const StateCounts counts = count_states(made.file, KeyGroupForm::kFull, *made.proxy, 1);
  EXPECT_EQ(counts.error, std::nullopt);
  EXPECT_EQ(counts.states[0].entries, 2);
  EXPECT_EQ(counts.states[0].bytes, 6);
  EXPECT_EQ(counts.states[1].entries, 2);
  EXPECT_EQ(counts.states[1].bytes, 3);
}

TEST(StateCounts, of_a_heap_file_count_each_user_key) {
  const MadeFile made = test::made_file(
      {.states = {test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::int_type())),
                  test::keyed_state("l", "LIST", test::list_type(test::int_type()))}},
      0,
      {heap_group(
          0, {heap_state(0, {Bytes().hex("00 00000001 00000002 00000001 00 0000000A 00000002 01").str()}),
              heap_state(1, {Bytes().hex("00 00000001 00000002 0000000A 0000000B").str()})})});
  const StateCounts counts = count_states(made.file, KeyGroupForm::kHeap, *made.proxy, 1);
  EXPECT_EQ(counts.error, std::nullopt);
  EXPECT_EQ(counts.states[0].entries, 2);
  EXPECT_EQ(counts.states[0].bytes, 2 * (5 + 4) + 5 + 1);
  EXPECT_EQ(counts.states[1].entries, 1);
  EXPECT_EQ(counts.states[1].bytes, 5 + 4 + 1 + 4);
}

TEST(StateCounts, of_a_heap_file_name_the_key_groups_that_have_more) {
  for (const bool compressed : {false, true}) {
    const MadeFile made = test::made_file(
        {.compressed = compressed,
         .states = {test::keyed_state("u", "VALUE", test::unknown_type()),
                    test::keyed_state("v", "VALUE", test::int_type())}},
        0,
        {heap_group(0,
                    {heap_state(0, {Bytes().hex("00 00000001 CAFE").str()}),
                     heap_state(1, {Bytes().hex("00 00000001 0000000A").str()})},
                    compressed),
         heap_group(1, {heap_state(0, {}), heap_state(1, {Bytes().hex("00 00000002 0000000B").str()})},
                    compressed)});
    const StateCounts counts = count_states(made.file, KeyGroupForm::kHeap, *made.proxy, 1);
    EXPECT_EQ(counts.error, std::nullopt);
    EXPECT_EQ(counts.states[0].gaps.key_groups, std::vector<int32_t>{0});
    EXPECT_EQ(counts.states[1].gaps.key_groups.size(), compressed ? 0 : 1);
    EXPECT_EQ(counts.states[1].entries, compressed ? 2 : 1);
  }
}

TEST(StateCounts, end_at_damage) {
  const MadeFile made = test::made_file(
      one_state(), 0, {heap_group(0, {empty_state()}) + "more", heap_group(1, {empty_state()})});
  const StateCounts counts = count_states(made.file, KeyGroupForm::kHeap, *made.proxy, 1);
  ASSERT_TRUE(counts.error);
  EXPECT_EQ(counts.error->reason, "bytes are left behind the last state");
}

}  // namespace
}  // namespace checkpointfs::state
