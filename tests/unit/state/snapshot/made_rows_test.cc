// SPDX-License-Identifier: Apache-2.0
// Rows of snapshots made by hand: what no fixture has.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"
#include "state/snapshot/key_lookup.h"
#include "state/snapshot/state_rows.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/state/snapshot/made_snapshot.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::heap_group;
using test::heap_handle;
using test::heap_state;
using test::int_value;
using test::long_group;
using test::long_states;
using test::long_value;
using test::MadeSnapshot;
using test::MetadataBuilder;
using test::string_value;

std::string rows_text(const MadeSnapshot& snapshot, std::string_view state, const EntryRange& range = {},
                      const RowStyle& style = {}) {
  test::LineKeeper lines;
  lines.add(write_state_rows(snapshot.bytes(), snapshot.layout(), state, range, style, lines.sink()));
  return lines.text();
}

// The value of a key is key * 10.
std::string group_of(int32_t group, const std::vector<int>& keys) {
  std::map<int, int64_t> values;
  for (const int key : keys) values[key] = key * 10;
  return long_group(group, values);
}
std::string line(int group, int key) {
  return base::format("{{\"operator\":\"op\",\"state\":\"s\",\"key_group\":{},\"key\":{},\"value\":{}}}\n",
                      group, key, key * 10);
}

TEST(MadeRows, of_several_subtasks_have_the_order_of_key_groups) {
  const MadeSnapshot snapshot(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = heap_handle(long_states(), 2, {group_of(2, {9, 7}), group_of(3, {})})})
          .subtask({.managed_keyed = heap_handle(long_states(), 0, {group_of(0, {5}), group_of(1, {6})})})
          .bytes());
  EXPECT_EQ(rows_text(snapshot, "s"), line(0, 5) + line(1, 6) + line(2, 7) + line(2, 9));
  EXPECT_EQ(rows_text(snapshot, "s", {{1, 2}, {}}), line(1, 6) + line(2, 7) + line(2, 9));
  EXPECT_EQ(rows_text(snapshot, "s", {{3, 9}, {}}), "");
  EXPECT_EQ(rows_text(snapshot, "t"), "no such state\n");
}

TEST(MadeRows, end_when_no_more_lines_are_wanted) {
  const MadeSnapshot snapshot(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = heap_handle(long_states(), 0, {group_of(0, {1, 2, 3})})})
          .bytes());
  int lines = 0;
  const RowsReport report = write_state_rows(snapshot.bytes(), snapshot.layout(), "s", {}, {},
                                             [&](std::string_view) { return ++lines < 2; });
  EXPECT_EQ(report.rows, 2u);
  EXPECT_TRUE(report.exists);
}

TEST(MadeRows, of_the_other_subtasks_are_complete_if_one_has_a_problem) {
  const std::string missing = Bytes().u8(3).i32(2).i32(1).i64(500).raw(test::relative("gone", 600));
  const std::string damaged =
      Bytes().u8(3).i32(3).i32(1).i64(500).raw(test::byte("b", std::string(600, 'x')));
  const MadeSnapshot snapshot(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = heap_handle(long_states(), 0, {group_of(0, {5})})})
          .subtask({.managed_keyed = missing})
          .subtask({.managed_keyed = damaged})
          .subtask({.managed_keyed = heap_handle(long_states(), 4, {group_of(4, {6})})})
          .bytes());
  const std::string text = rows_text(snapshot, "s");
  EXPECT_EQ(text.find(line(0, 5) + line(4, 6) +
                      "problem: subtask 1, keyed state: open gone: No such file or directory\n"
                      "problem: subtask 2, keyed state: offset 0, version: "),
            0u)
      << text;
}

TEST(MadeRows, of_a_file_shorter_than_recorded_are_a_problem) {
  const std::string handle = Bytes().u8(3).i32(0).i32(1).i64(500).raw(test::relative("short", 600));
  const MadeSnapshot snapshot(MetadataBuilder(4).op().subtask({.managed_keyed = handle}).bytes(),
                              {{"short", std::string(599, 'x')}});
  EXPECT_EQ(
      rows_text(snapshot, "s"),
      "problem: subtask 0, keyed state: /source/short has 599 bytes, the metadata records 600 from 0 on\n"
      "no such state\n");
}

TEST(MadeRows, are_refused_if_two_subtasks_have_one_key_group) {
  const MadeSnapshot snapshot(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = heap_handle(long_states(), 0, {group_of(0, {5}), group_of(1, {6})})})
          .subtask({.managed_keyed = heap_handle(long_states(), 1, {group_of(1, {6})})})
          .bytes());
  EXPECT_EQ(rows_text(snapshot, "s"),
            line(0, 5) + line(1, 6) +
                "problem: subtask 1, keyed state: its key groups are those of another subtask, too\n");
}

TEST(MadeRows, name_what_cannot_be_read) {
  const std::string kryo = test::unknown_type("com.acme.OrderSerializerSnapshot");
  const std::string handle = Bytes().u8(7).i32(0).i32(1).raw([&] {
    const std::string proxy = test::keyed_proxy({.states = {test::keyed_state("s", "VALUE", kryo)}});
    const std::string group = test::full_group(0, {{0, int_value(1) + test::kVoidNamespace, "\x01\x02"}});
    return Bytes().i64(static_cast<int64_t>(proxy.size())).raw(test::byte("b", proxy + group));
  }());
  const MadeSnapshot snapshot(MetadataBuilder(4).op().subtask({.managed_keyed = handle}).bytes());
  EXPECT_EQ(rows_text(snapshot, "s"),
            "{\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":1,\"value\":\"0x0102\","
            "\"opaque\":\"com.acme.OrderSerializerSnapshot\"}\n");
  EXPECT_EQ(rows_text(snapshot, "s", {}, {.fields = RowFields::kKeys}),
            "{\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":1}\n");
  EXPECT_EQ(
      rows_text(snapshot, "s", {}, {.form = RowForm::kHex}),
      "{\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":\"0x0000000100\",\"value\":\"0x0102\"}\n");
}

TEST(MadeRows, of_lists_maps_and_windows) {
  const test::Proxy proxy = {
      .key = test::string_type(),
      .states = {test::keyed_state("list", "LIST", test::list_type(test::ttl_type(test::string_type())),
                                   test::time_window()),
                 test::keyed_state("map", "MAP", test::map_type(test::int_type(), test::long_type())),
                 test::timer_state("_timer_state/event_t",
                                   test::timer_type(test::string_type(), test::time_window()))}};
  const std::string window = long_value(5) + long_value(9);
  const std::string group =
      heap_group(0, {heap_state(0, {window + string_value("k") + int_value(2) + long_value(70) +
                                    string_value("a,") + long_value(71) + string_value("b")}),
                     heap_state(1, {test::kVoidNamespace + string_value("k") + int_value(2) + int_value(1) +
                                    std::string(1, '\0') + long_value(10) + int_value(2) + "\x01"}),
                     heap_state(2, {test::timer_value(-3, string_value("k"), window)})});
  const MadeSnapshot snapshot(
      MetadataBuilder(4).op().subtask({.managed_keyed = heap_handle(proxy, 0, {group})}).bytes());
  EXPECT_EQ(
      rows_text(snapshot, "list"),
      "{\"operator\":\"op\",\"state\":\"list\",\"key_group\":0,\"key\":\"k\",\"namespace\":{\"start\":5,\"end\":9},"
      "\"value\":[\"a,\",\"b\"],\"ttl_ms\":[70,71]}\n");
  EXPECT_EQ(
      rows_text(snapshot, "map"),
      "{\"operator\":\"op\",\"state\":\"map\",\"key_group\":0,\"key\":\"k\",\"map_key\":1,\"value\":10}\n"
      "{\"operator\":\"op\",\"state\":\"map\",\"key_group\":0,\"key\":\"k\",\"map_key\":2,\"value\":null}\n");
  EXPECT_EQ(rows_text(snapshot, "_timer_state/event_t"),
            "{\"operator\":\"op\",\"state\":\"_timer_state/event_t\",\"key_group\":0,\"key\":\"k\","
            "\"namespace\":{\"start\":5,\"end\":9},\"timestamp\":-3}\n");

  test::LineKeeper lines;
  for (const char* const state : {"list", "map", "_timer_state/event_t"}) {
    // The key group is made up: Flink would have the key elsewhere, so that its hash must not find it.
    const RowsReport report =
        write_rows_of_key(snapshot.bytes(), snapshot.layout(), state, "\"k\"", {}, lines.sink());
    EXPECT_TRUE(report.exists);
    EXPECT_EQ(report.rows, 0u);
    EXPECT_THROW(write_rows_of_key(snapshot.bytes(), snapshot.layout(), state, "12", {}, lines.sink()),
                 base::Failure);
  }
}

TEST(MadeRows, of_a_list_whose_elements_have_one_offset_are_refused) {
  const MadeSnapshot snapshot(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_operator = test::one_offset_handle(test::long_type(), 3, "all of them")})
          .bytes());
  const std::string rows = rows_text(snapshot, "s");
  EXPECT_NE(rows.find("cannot be told apart, as Flink 1.18 wrote them"), std::string::npos) << rows;
  EXPECT_EQ(rows.find("value"), std::string::npos) << rows;
}

TEST(MadeRows, of_operator_state_have_the_subtask_but_for_broadcast_state) {
  const auto handle = [](int64_t first) {
    return test::operator_handle(
        {{"split", "SPLIT_DISTRIBUTE", test::long_type(), {long_value(first), long_value(first + 1)}},
         {"union", "UNION", test::ttl_type(test::string_type()), {long_value(5) + string_value("u")}},
         {"empty", "UNION", test::string_type(), {}}},
        {{"rules", test::string_type(), test::long_type(),
          Bytes().i32(2).raw(string_value("a")).i64(1).raw(string_value("b")).i64(2)}});
  };
  const MadeSnapshot snapshot(MetadataBuilder(4)
                                  .op()
                                  .subtask({.managed_operator = handle(10)})
                                  .subtask({.managed_operator = handle(20)})
                                  .bytes());
  EXPECT_EQ(rows_text(snapshot, "split"),
            "{\"operator\":\"op\",\"state\":\"split\",\"subtask\":0,\"value\":10}\n"
            "{\"operator\":\"op\",\"state\":\"split\",\"subtask\":0,\"value\":11}\n"
            "{\"operator\":\"op\",\"state\":\"split\",\"subtask\":1,\"value\":20}\n"
            "{\"operator\":\"op\",\"state\":\"split\",\"subtask\":1,\"value\":21}\n");
  EXPECT_EQ(rows_text(snapshot, "union"),
            "{\"operator\":\"op\",\"state\":\"union\",\"subtask\":0,\"value\":\"u\",\"ttl_ms\":5}\n"
            "{\"operator\":\"op\",\"state\":\"union\",\"subtask\":1,\"value\":\"u\",\"ttl_ms\":5}\n");
  EXPECT_EQ(rows_text(snapshot, "empty"), "");
  EXPECT_EQ(rows_text(snapshot, "rules"),
            "{\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"a\",\"value\":1}\n"
            "{\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"b\",\"value\":2}\n");
  EXPECT_EQ(
      rows_text(snapshot, "rules", {}, {.form = RowForm::kHex}),
      "{\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"0x0261\",\"value\":\"0x0000000000000001\"}\n"
      "{\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"0x0262\",\"value\":\"0x0000000000000002\"}\n");
}

TEST(MadeRows, of_operator_state_are_hidden_or_damaged_by_name) {
  const std::string handle = test::operator_handle(
      {{"opaque", "UNION", test::unknown_type("com.acme.XSnapshot"), {"ab", "c"}},
       {"short", "UNION", test::long_type(), {"1234567"}}},
      {{"rules", test::string_type(), test::unknown_type("com.acme.YSnapshot"),
        Bytes().i32(2).raw(string_value("a")).raw("zz")},
       {"cut", test::string_type(), test::long_type(), Bytes().i32(2).raw(string_value("a")).i64(1)}});
  const MadeSnapshot snapshot(MetadataBuilder(4).op().subtask({.managed_operator = handle}).bytes());
  EXPECT_EQ(
      rows_text(snapshot, "opaque"),
      "{\"operator\":\"op\",\"state\":\"opaque\",\"subtask\":0,\"value\":\"0x6162\",\"opaque\":\"com.acme.XSnapshot\"}\n"
      "{\"operator\":\"op\",\"state\":\"opaque\",\"subtask\":0,\"value\":\"0x63\",\"opaque\":\"com.acme.XSnapshot\"}\n");
  EXPECT_EQ(
      rows_text(snapshot, "short"),
      "{\"operator\":\"op\",\"state\":\"short\",\"subtask\":0,\"value\":\"0x31323334353637\",\"opaque\":\"Long\"}\n");
  EXPECT_EQ(rows_text(snapshot, "rules"),
            "hidden: subtask 0: entries behind one of type com.acme.YSnapshot\n");
  const std::string cut = rows_text(snapshot, "cut");
  EXPECT_EQ(cut.find("{\"operator\":\"op\",\"state\":\"cut\",\"map_key\":\"a\",\"value\":1}\n"
                     "problem: subtask 0, operator state: offset "),
            0u)
      << cut;
}

TEST(MadeRows, of_a_handle_with_an_offset_outside_of_it_are_a_problem) {
  const std::string handle = test::partitionable({{"s", {-1}, 0}}, test::byte("b", "12345678"));
  const MadeSnapshot snapshot(MetadataBuilder(4).op().subtask({.managed_operator = handle}).bytes());
  EXPECT_EQ(rows_text(snapshot, "s"),
            "problem: subtask 0, operator state: offset 0, offset: an element of state s at -1 in 8 bytes\n"
            "no such state\n");
}

}  // namespace
}  // namespace checkpointfs::state
