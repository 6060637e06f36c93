// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/heap_key_groups.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::heap_group;
using test::heap_state;
using test::MadeFile;
using test::string_value;

constexpr char kNamespace[] = "00";  // VoidNamespace

// namespace | key | value
std::string entry(int key, std::string_view value_hex) {
  return Bytes().hex(kNamespace).i32(key).hex(value_hex);
}

std::string entries_of(const MadeFile& made, size_t state, uint64_t budget = kGroupBudget) {
  return test::text_of(*heap_entries(made.file, made.proxy, state, budget));
}

const std::string& value_state() {
  static const std::string state = test::keyed_state("v", "VALUE", test::int_type());
  return state;
}

TEST(HeapEntries, are_sorted_within_each_key_group) {
  const MadeFile made = test::made_file(
      {.states = {value_state()}}, 4,
      {heap_group(4, {heap_state(0, {entry(9, "0000000A"), entry(-1, "0000000B"), entry(3, "0000000C")})}),
       heap_group(5, {heap_state(0, {})}), heap_group(6, {heap_state(0, {entry(1, "0000000D")})})});
  EXPECT_EQ(entries_of(made, 0),
            "4 0000000300=0000000C\n"
            "4 0000000900=0000000A\n"
            "4 FFFFFFFF00=0000000B\n"
            "6 0000000100=0000000D\n");
}

TEST(HeapEntries, of_a_list_are_joined_by_commas) {
  const MadeFile made =
      test::made_file({.states = {test::keyed_state("l", "LIST", test::list_type(test::string_type()))}}, 0,
                      {heap_group(0, {heap_state(0, {entry(1, "00000003 0261 022C 00"), entry(2, "00000000"),
                                                     entry(3, "00000001 01")})})});
  EXPECT_EQ(entries_of(made, 0),
            "0 0000000100=02612C022C2C00\n"
            "0 0000000200=\n"
            "0 0000000300=01\n");
}

TEST(HeapEntries, of_a_map_have_one_entry_a_user_key) {
  const MadeFile made = test::made_file(
      {.states = {test::keyed_state("m", "MAP", test::map_type(test::string_type(), test::int_type()))}}, 0,
      {heap_group(0, {heap_state(0, {entry(2, "00000002 0262 00 0000000B 0261 01"), entry(1, "00000000"),
                                     entry(0, "00000001 00 00 0000000C")})})});
  EXPECT_EQ(entries_of(made, 0),
            "0 000000000000=000000000C\n"
            "0 00000002000261=01\n"
            "0 00000002000262=000000000B\n");
}

TEST(HeapEntries, of_a_group_that_is_larger_than_memory_are_sorted) {
  const MadeFile made = test::made_file(
      {.states = {test::keyed_state("m", "MAP", test::map_type(test::string_type(), test::int_type()))}}, 0,
      {heap_group(0, {heap_state(0, {entry(2, "00000003 0262 00 0000000B 0261 01 0263 01"),
                                     entry(3, "00000001 0264 01"), entry(0, "00000002 0265 01 00 01")})}),
       heap_group(1, {heap_state(0, {entry(1, "00000001 0266 01")})})});
  const std::string all = entries_of(made, 0);
  for (const uint64_t budget : {1, 100, 200}) EXPECT_EQ(entries_of(made, 0, budget), all) << budget;
}

TEST(HeapEntries, with_time_to_live_have_the_time_before_each_part) {
  const std::string ttl = test::ttl_type(test::int_type());
  const MadeFile made = test::made_file(
      {.states = {test::keyed_state("l", "LIST", test::list_type(ttl)),
                  test::keyed_state("m", "MAP", test::map_type(test::int_type(), ttl))}},
      0,
      {heap_group(0,
                  {heap_state(0, {entry(1, "00000002 0000000000000001 0000000A 0000000000000002 0000000B")}),
                   heap_state(1, {entry(1, "00000001 00000005 00 0000000000000003 0000000C")})})});
  EXPECT_EQ(entries_of(made, 0), "0 0000000100=00000000000000010000000A2C00000000000000020000000B\n");
  EXPECT_EQ(entries_of(made, 1), "0 000000010000000005=0000000000000000030000000C\n");
}

TEST(HeapEntries, of_timers_have_the_timer_as_key) {
  const std::string early = test::timer_value(-10, test::int_value(2), std::string(1, '\0'));
  const MadeFile made = test::made_file(
      {.states = {test::timer_state("t", test::timer_type(test::int_type(), test::void_namespace()))}}, 0,
      {heap_group(
          0, {heap_state(0, {test::timer_value(20, test::int_value(1), std::string(1, '\0')), early})})});
  EXPECT_EQ(entries_of(made, 0),
            "0 7FFFFFFFFFFFFFF60000000200=\n"
            "0 80000000000000140000000100=\n");
}

TEST(HeapEntries, of_keys_and_namespaces_of_any_length_have_lengths) {
  const MadeFile made = test::made_file(
      {.key = test::string_type(),
       .states = {test::keyed_state("v", "VALUE", test::int_type(), test::string_type())}},
      0, {heap_group(0, {heap_state(0, {string_value("ns") + string_value("k") + test::int_value(1)})})});
  EXPECT_EQ(entries_of(made, 0), "0 026B02036E7303=00000001\n");
}

TEST(HeapEntries, of_a_state_are_found_in_any_order_of_the_states) {
  const std::vector<std::string> states = {value_state(),
                                           test::keyed_state("w", "VALUE", test::string_type())};
  for (const bool compressed : {false, true}) {
    const MadeFile made = test::made_file(
        {.compressed = compressed, .states = states}, 0,
        {heap_group(0, {heap_state(1, {entry(1, "0261")}), heap_state(0, {entry(2, "0000000A")})},
                    compressed),
         heap_group(1, {heap_state(0, {entry(3, "0000000B")}), heap_state(1, {entry(4, "0262")})},
                    compressed)});
    EXPECT_EQ(entries_of(made, 0), "0 0000000200=0000000A\n1 0000000300=0000000B\n");
    EXPECT_EQ(entries_of(made, 1), "0 0000000100=0261\n1 0000000400=0262\n");
  }
}

TEST(HeapEntries, behind_a_value_that_cannot_be_read_are_a_gap_and_the_next_key_group_follows) {
  const std::string unknown = test::keyed_state("u", "VALUE", test::unknown_type());
  const std::vector<std::string> groups = {
      heap_group(0, {heap_state(0, {entry(1, "0000000A")}), heap_state(1, {entry(1, "CAFE")}),
                     heap_state(2, {entry(1, "0000000B")})}),
      heap_group(1, {heap_state(0, {entry(2, "0000000C")}), heap_state(1, {}),
                     heap_state(2, {entry(2, "0000000D")})})};
  const MadeFile made = test::made_file(
      {.states = {value_state(), unknown, test::keyed_state("w", "VALUE", test::int_type())}}, 0, groups);
  EXPECT_EQ(entries_of(made, 0), "0 0000000100=0000000A\n1 0000000200=0000000C\n");
  const auto entries = heap_entries(made.file, made.proxy, 1);
  EXPECT_EQ(entries->next(), std::nullopt);
  EXPECT_EQ(entries->gaps().key_groups, std::vector<int32_t>{0});
  EXPECT_NE(entries->gaps().reason.find("com.acme.OrderSerializerSnapshot"), std::string::npos)
      << entries->gaps().reason;
  EXPECT_EQ(entries->error(), std::nullopt);
  const std::string last = entries_of(made, 2);
  EXPECT_TRUE(last.starts_with("1 0000000200=0000000D\ngap 0: state \"u\" stands before it: ")) << last;
}

TEST(HeapEntries, of_a_compressed_file_are_read_behind_a_state_that_cannot_be_read) {
  const std::vector<std::string> states = {test::keyed_state("u", "VALUE", test::unknown_type()),
                                           value_state()};
  const MadeFile made = test::made_file(
      {.compressed = true, .states = states}, 0,
      {heap_group(0, {heap_state(0, {entry(1, "CAFE")}), heap_state(1, {entry(1, "0000000B")})}, true)});
  EXPECT_EQ(entries_of(made, 1), "0 0000000100=0000000B\n");
}

TEST(HeapEntries, before_damage_are_there_and_the_damage_ends_the_stream) {
  const MadeFile made =
      test::made_file({.states = {value_state()}}, 0,
                      {heap_group(0, {Bytes().i16(0).i32(2).raw(entry(1, "0000000A")).hex("00 0000").str()}),
                       heap_group(1, {heap_state(0, {entry(2, "0000000B")})})});
  EXPECT_EQ(entries_of(made, 0), "0 0000000100=0000000A\nerror: needs 4 bytes, 2 are left\n");
}

TEST(HeapEntries, of_a_key_group_with_another_number_are_damage) {
  const std::string group = heap_group(0, {heap_state(0, {})});
  EXPECT_EQ(entries_of(test::made_file({.states = {value_state()}}, 7, {group}), 0),
            "error: key group 7 begins with 0\n");
}

TEST(HeapEntries, of_a_state_that_the_proxy_lacks_are_damage) {
  EXPECT_EQ(
      entries_of(test::made_file({.states = {value_state()}}, 0, {heap_group(0, {heap_state(1, {})})}), 0),
      "error: state 1 of 1\n");
  EXPECT_EQ(entries_of(test::made_file({.states = {value_state(), value_state()}}, 0,
                                       {heap_group(0, {heap_state(1, {}), heap_state(1, {})})}),
                       0),
            "error: the state is not in the key group\n");
}

TEST(HeapEntries, of_offsets_that_do_not_ascend_are_damage) {
  MadeFile made = test::made_file({.states = {value_state()}}, 0,
                                  {heap_group(0, {heap_state(0, {})}), heap_group(1, {heap_state(0, {})})});
  std::swap(made.file.offsets[0], made.file.offsets[1]);
  EXPECT_EQ(entries_of(made, 0), "error: key group 0: its offset is not before the next one\n");
  made.file.offsets = {INT64_MAX, 0};
  EXPECT_EQ(entries_of(made, 0), "error: key group 0 begins behind the end of the file\n");
  made.file.offsets = {1};
  EXPECT_EQ(entries_of(made, 0), "error: key group 0: the handle has no offset for it\n");
}

TEST(HeapEntries, of_a_file_that_was_cut_anywhere_are_an_error_or_fewer) {
  for (const bool compressed : {false, true}) {
    const MadeFile made = test::made_file(
        {.compressed = compressed,
         .states = {test::keyed_state("m", "MAP", test::map_type(test::string_type(), test::int_type())),
                    value_state()}},
        0,
        {heap_group(0,
                    {heap_state(0, {entry(2, "00000002 0262 00 0000000B 0261 01")}),
                     heap_state(1, {entry(1, "0000000A")})},
                    compressed),
         heap_group(1, {heap_state(0, {entry(3, "00000001 0261 01")}), heap_state(1, {entry(2, "0000000A")})},
                    compressed)});
    const std::string bytes = bytes_of(made);
    const std::string whole = entries_of(made, 1);
    EXPECT_EQ(whole, "0 0000000100=0000000A\n1 0000000200=0000000A\n");
    for (auto length = static_cast<size_t>(made.file.offsets[0]); length < bytes.size(); ++length) {
      const std::string text = entries_of(test::with_bytes(made, bytes.substr(0, length)), 1);
      EXPECT_NE(text.find("error: "), std::string::npos) << length << "\n" << text;
      EXPECT_TRUE(whole.starts_with(text.substr(0, text.find("error: ")))) << length << "\n" << text;
    }
  }
}

TEST(HeapEntries, of_hostile_counts_take_neither_time_nor_memory) {
  // Two billion entries, elements, user keys that have no bytes each.
  const std::string nothing = test::null_value_type();
  const std::string many = "7FFFFFFF";
  EXPECT_NE(entries_of(test::made_file(
                           {.key = nothing, .states = {test::keyed_state("v", "VALUE", nothing, nothing)}}, 0,
                           {heap_group(0, {Bytes().i16(0).hex(many).str()})}),
                       0)
                .find("items without bytes"),
            std::string::npos);
  EXPECT_NE(entries_of(test::made_file({.states = {test::keyed_state("l", "LIST", test::list_type(nothing))}},
                                       0, {heap_group(0, {Bytes().i16(0).i32(1).raw(entry(1, many)).str()})}),
                       0)
                .find("items without bytes"),
            std::string::npos);
  EXPECT_NE(entries_of(
                test::made_file({.states = {test::keyed_state("m", "MAP", test::map_type(nothing, nothing))}},
                                0, {heap_group(0, {Bytes().i16(0).i32(1).raw(entry(1, many)).str()})}),
                0)
                .find("error: needs 1 bytes"),
            std::string::npos);
  EXPECT_EQ(entries_of(test::made_file({.states = {value_state()}}, 0,
                                       {heap_group(0, {Bytes().i16(0).hex("FFFFFFFF").str()})}),
                       0),
            "error: negative count -1\n");
}

}  // namespace
}  // namespace checkpointfs::state
