// SPDX-License-Identifier: Apache-2.0
#include "state/meta/proxies.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/type.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

// "name kind user-key value", one state a line.
std::string text_of(const std::vector<StateMeta>& states) {
  std::string text;
  for (const StateMeta& state : states) {
    text += state.name + ": " + std::string(to_string(state.kind));
    if (state.name_space) text += ", namespace " + to_string(*state.name_space);
    if (state.user_key) text += ", user key " + to_string(*state.user_key);
    text += ", value " + to_string(*state.value) + "\n";
  }
  return text;
}

std::string text_of(const base::Result<KeyedProxy>& proxy) {
  if (!proxy.has_value()) return "error: " + to_string(proxy.error());
  return "key " + to_string(*proxy->key) + "\n" + text_of(proxy->states);
}

std::string text_of(const base::Result<OperatorProxy>& proxy) {
  if (!proxy.has_value()) return "error: " + to_string(proxy.error());
  return text_of(proxy->states) + "broadcast\n" + text_of(proxy->broadcast);
}

std::string read_text(const test::Proxy& proxy) {
  return text_of(read_keyed_proxy(test::keyed_proxy(proxy), Writer::kFlink1));
}

std::string operator_state(std::string_view name, std::string_view mode, const std::string& value) {
  return test::state_meta(name, 1, "OPERATOR_STATE_DISTRIBUTION_MODE", mode, {{"VALUE_SERIALIZER", value}});
}

std::string broadcast_state(std::string_view name, const std::string& key, const std::string& value) {
  return test::state_meta(name, 2, "OPERATOR_STATE_DISTRIBUTION_MODE", "BROADCAST",
                          {{"KEY_SERIALIZER", key}, {"VALUE_SERIALIZER", value}});
}

std::string operator_proxy(int version, const std::vector<std::string>& lists,
                           const std::vector<std::string>& maps) {
  Bytes bytes;
  bytes.i32(version);
  if (version >= 6) bytes.u8(1);
  bytes.i16(static_cast<int>(lists.size()));
  for (const std::string& list : lists) bytes.raw(list);
  bytes.i16(static_cast<int>(maps.size()));
  for (const std::string& map : maps) bytes.raw(map);
  return bytes;
}

TEST(KeyedProxy, serializers_of_whole_states_are_taken_apart) {
  EXPECT_EQ(
      read_text(
          {.states = {test::keyed_state("v", "VALUE", test::string_type()),
                      test::keyed_state("l", "LIST", test::list_type(test::int_type())),
                      test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::long_type())),
                      test::keyed_state("r", "REDUCING", test::long_type(), test::time_window()),
                      test::keyed_state("a", "AGGREGATING", test::list_type(test::int_type())),
                      test::keyed_state("f", "FOLDING", test::long_type()),
                      test::timer_state("t", test::timer_type(test::int_type(), test::void_namespace()))}}),
      "key Integer\n"
      "v: value, namespace VoidNamespace, value String\n"
      "l: list, namespace VoidNamespace, value Integer\n"
      "m: map, namespace VoidNamespace, user key Integer, value Long\n"
      "r: reducing, namespace TimeWindow, value Long\n"
      "a: aggregating, namespace VoidNamespace, value List<Integer>\n"
      "f: folding, namespace VoidNamespace, value Long\n"
      "t: timer, value Timer<Integer, VoidNamespace>\n");
}

TEST(KeyedProxy, time_to_live_is_around_the_element_of_either_version) {
  const std::string ttl = test::ttl_type(test::long_type());
  const auto version_2 = [](std::string_view name, std::string_view type,
                            const test::Serializers& serializers) {
    return test::state_meta(name, 4, "KEYED_STATE_TYPE", type, serializers);
  };
  const std::string version_1 =
      read_text({.states = {test::keyed_state("l", "LIST", test::list_type(ttl)),
                            test::keyed_state("m", "MAP", test::map_type(test::int_type(), ttl)),
                            test::keyed_state("v", "VALUE", ttl)}});
  EXPECT_EQ(version_1, read_text({.states = {version_2("l", "LIST",
                                                       {{"NAMESPACE_SERIALIZER", test::void_namespace()},
                                                        {"VALUE_SERIALIZER", ttl}}),
                                             version_2("m", "MAP",
                                                       {{"USER_KEY_SERIALIZER", test::int_type()},
                                                        {"NAMESPACE_SERIALIZER", test::void_namespace()},
                                                        {"VALUE_SERIALIZER", ttl}}),
                                             version_2("v", "VALUE",
                                                       {{"NAMESPACE_SERIALIZER", test::void_namespace()},
                                                        {"VALUE_SERIALIZER", ttl}})}}));
  EXPECT_NE(version_1.find("m: map, namespace VoidNamespace, user key Integer, value TtlValue<Long>\n"),
            std::string::npos)
      << version_1;
}

// Flink 2.0.
TEST(KeyedProxy, maps_whose_key_is_not_described_do_not_hide_other_states) {
  const std::string map = test::state_meta(
      "m", 4, "KEYED_STATE_TYPE", "MAP",
      {{"NAMESPACE_SERIALIZER", test::void_namespace()}, {"VALUE_SERIALIZER", test::long_type()}});
  EXPECT_EQ(read_text({.states = {map, test::keyed_state("v", "VALUE", test::string_type())}}),
            "key Integer\n"
            "m: map, namespace VoidNamespace, user key not described, value Long\n"
            "v: value, namespace VoidNamespace, value String\n");
}

TEST(KeyedProxy, end_is_the_first_byte_behind_it) {
  const std::string bytes =
      test::keyed_proxy({.compressed = true, .states = {test::keyed_state("v", "VALUE", test::int_type())}});
  const auto proxy = read_keyed_proxy(bytes + "rest", Writer::kFlink2);
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->end, bytes.size());
  EXPECT_TRUE(proxy->compressed);
}

TEST(KeyedProxy, name_is_utf8) {
  // U+1F600 as two surrogates, U+0000 as C0 80.
  const auto proxy = read_keyed_proxy(
      test::keyed_proxy(
          {.states = {test::keyed_state("\xED\xA0\xBD\xED\xB8\x80\xC0\x80", "VALUE", test::int_type())}}),
      Writer::kFlink1);
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->states[0].name, std::string("\xF0\x9F\x98\x80\0", 5));
}

TEST(KeyedProxy, a_state_with_an_unknown_serializer_is_opaque_and_others_stay_readable) {
  const std::string unknown = test::unknown_type();
  EXPECT_EQ(
      read_text({.states = {test::keyed_state("a", "VALUE", test::int_type(), unknown),
                            test::keyed_state("b", "VALUE", unknown),
                            test::keyed_state("c", "LIST", test::list_type(unknown)),
                            test::timer_state("d", test::timer_type(test::int_type(), unknown)),
                            test::keyed_state("e", "MAP", unknown),
                            test::timer_state("f", test::timer_type(test::int_type(), test::int_type())),
                            test::keyed_state("g", "VALUE", test::tuple2_type(test::int_type(), unknown)),
                            test::keyed_state("h", "VALUE", test::int_type())}}),
      "key Integer\n"
      "a: value, namespace com.acme.OrderSerializerSnapshot, value Integer\n"
      "b: value, namespace VoidNamespace, value com.acme.OrderSerializerSnapshot\n"
      "c: list, namespace VoidNamespace, value com.acme.OrderSerializerSnapshot\n"
      "d: timer, value com.acme.OrderSerializerSnapshot\n"
      "e: map, namespace VoidNamespace, user key com.acme.OrderSerializerSnapshot, value com.acme.OrderSerializerSnapshot\n"
      "f: timer, value Timer<Integer, Integer>\n"
      "g: value, namespace VoidNamespace, value com.acme.OrderSerializerSnapshot\n"
      "h: value, namespace VoidNamespace, value Integer\n");
}

TEST(KeyedProxy, a_state_whose_name_has_control_characters_is_read_behind_any_serializer) {
  const std::string unknown = test::unknown_type();
  EXPECT_EQ(read_text({.states = {test::keyed_state("\n", "VALUE", test::int_type()),
                                  test::keyed_state("a\x01\t\x1F\xC0\x80", "VALUE", unknown),
                                  test::keyed_state("b\x7F\r", "LIST", test::list_type(test::int_type())),
                                  test::keyed_state(std::string(300, '\x02'), "VALUE", unknown),
                                  test::timer_state("\x1B[1m", test::timer_type(test::int_type(), unknown)),
                                  test::keyed_state("", "VALUE", test::int_type())}}),
            "key Integer\n"
            "\n: value, namespace VoidNamespace, value Integer\n"
            "a\x01\t\x1F" +
                std::string(1, '\0') +
                ": value, namespace VoidNamespace, value com.acme.OrderSerializerSnapshot\n"
                "b\x7F\r: list, namespace VoidNamespace, value Integer\n" +
                std::string(300, '\x02') +
                ": value, namespace VoidNamespace, value com.acme.OrderSerializerSnapshot\n"
                "\x1B[1m: timer, value com.acme.OrderSerializerSnapshot\n"
                ": value, namespace VoidNamespace, value Integer\n");
}

TEST(KeyedProxy, an_unknown_key_serializer_hides_no_state) {
  EXPECT_EQ(
      read_text({.key = test::unknown_type(), .states = {test::keyed_state("v", "VALUE", test::int_type())}}),
      "key com.acme.OrderSerializerSnapshot\n"
      "v: value, namespace VoidNamespace, value Integer\n");
}

TEST(KeyedProxy, the_end_behind_an_unknown_serializer_is_not_known) {
  const auto proxy = read_keyed_proxy(
      test::keyed_proxy({.states = {test::state_meta("v", 0, "KEYED_STATE_TYPE", "VALUE",
                                                     {{"NAMESPACE_SERIALIZER", test::void_namespace()},
                                                      {"VALUE_SERIALIZER", test::unknown_type()}})}}) +
          "key groups",
      Writer::kFlink1);
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->end, std::nullopt);
  EXPECT_EQ(proxy->states[0].value->kind, TypeKind::kOpaque);
}

TEST(KeyedProxy, text_in_an_unknown_serializer_is_not_taken_for_a_state) {
  // The name of a class, and what looks like an option.
  const std::string unknown =
      test::unknown_type() + Bytes().utf("KEYED_STATE_TYPE").i32(1).utf("VALUE_SERIALIZER").str();
  const std::string text =
      read_text({.states = {test::keyed_state("first", "VALUE", test::int_type(), unknown),
                            test::keyed_state("second", "LIST", test::list_type(test::int_type()))}});
  EXPECT_EQ(text,
            "key Integer\n"
            "first: value, namespace com.acme.OrderSerializerSnapshot, value Integer\n"
            "second: list, namespace VoidNamespace, value Integer\n");
}

TEST(KeyedProxy, versions_of_other_flinks_are_refused_by_number) {
  EXPECT_EQ(read_text({.version = 5}),
            "error: offset 0, version: version 5 of the states' description is from before Flink 1.8");
  EXPECT_EQ(read_text({.version = 7}),
            "error: offset 0, version: unknown version 7 of the states' description");
  EXPECT_EQ(read_text({.version = -6}),
            "error: offset 0, version: unknown version -6 of the states' description");
}

TEST(KeyedProxy, what_does_not_fit_a_state_is_an_error_that_names_it) {
  const auto error_of = [](const std::string& state) {
    const auto proxy = read_keyed_proxy(test::keyed_proxy({.states = {state}}), Writer::kFlink1);
    return proxy.has_value() ? "no error" : proxy.error().field + ": " + proxy.error().reason;
  };
  EXPECT_EQ(error_of(test::keyed_state("v", "VECTOR", test::int_type())),
            "state \"v\": state: unknown type VECTOR of a state");
  EXPECT_EQ(error_of(test::state_meta("v", 9, "KEYED_STATE_TYPE", "VALUE",
                                      {{"VALUE_SERIALIZER", test::int_type()}})),
            "state \"v\": state: unknown kind 9");
  EXPECT_EQ(error_of(test::state_meta("v", 0, "KEYED_STATE_TYPE", "VALUE",
                                      {{"VALUE_SERIALIZER", test::int_type()}})),
            "state \"v\": state: no NAMESPACE_SERIALIZER");
  EXPECT_EQ(error_of(test::state_meta("v", 0, "", "", {})), "state \"v\": serializers: 0 serializers");
}

TEST(KeyedProxy, a_proxy_that_was_cut_anywhere_is_an_error) {
  const std::string bytes = test::keyed_proxy(
      {.states = {test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::long_type())),
                  test::timer_state("t", test::timer_type(test::int_type(), test::void_namespace()))}});
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(read_keyed_proxy(std::string_view(bytes).substr(0, length), Writer::kFlink1).has_value())
        << length;
  }
  EXPECT_TRUE(read_keyed_proxy(bytes, Writer::kFlink1).has_value());
}

TEST(KeyedProxy, counts_that_the_bytes_do_not_bear_out_are_errors) {
  const std::string states = test::keyed_state("v", "VALUE", test::int_type());
  Bytes head;
  head.i32(6).u8(0).i32(2).raw(test::int_type());
  for (const int count : {2, 32767, -1, -32768}) {
    Bytes bytes;
    EXPECT_FALSE(read_keyed_proxy(bytes.raw(head).i16(count).raw(states).str(), Writer::kFlink1).has_value())
        << count;
  }
}

TEST(KeyedProxy, has_as_many_states_as_flink_can_number) {
  const std::string state = test::keyed_state("v", "VALUE", test::int_type());
  const auto proxy = read_keyed_proxy(test::keyed_proxy({.states = std::vector<std::string>(32767, state)}),
                                      Writer::kFlink1);
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->states.size(), 32767);
}

TEST(KeyedProxy, bytes_behind_the_limit_are_not_read) {
  const std::string bytes =
      test::keyed_proxy({.states = {test::keyed_state("v", "VALUE", test::int_type())}});
  const auto stored = memory_bytes(bytes + std::string(100, '\0'), "memory");
  EXPECT_TRUE(read_keyed_proxy(*stored, bytes.size(), Writer::kFlink1).has_value());
  EXPECT_TRUE(read_keyed_proxy(*stored, UINT64_MAX, Writer::kFlink1).has_value());
  const auto cut = read_keyed_proxy(*stored, bytes.size() - 1, Writer::kFlink1);
  ASSERT_FALSE(cut.has_value());
  EXPECT_TRUE(cut.error().truncated);
}

TEST(OperatorProxy, has_lists_and_broadcast_maps) {
  const std::vector<std::string> lists = {operator_state("split", "SPLIT_DISTRIBUTE", test::string_type()),
                                          operator_state("union", "UNION", test::long_type())};
  const std::vector<std::string> maps = {broadcast_state("map", test::int_type(), test::string_type())};
  const std::string expected =
      "split: operator list, value String\n"
      "union: union, value Long\n"
      "broadcast\n"
      "map: broadcast, user key Integer, value String\n";
  const auto version_5 = read_operator_proxy(operator_proxy(5, lists, maps), Writer::kFlink1);
  const auto version_6 = read_operator_proxy(operator_proxy(6, lists, maps), Writer::kFlink2);
  EXPECT_EQ(text_of(version_5), expected);
  EXPECT_EQ(text_of(version_6), expected);
  EXPECT_FALSE(version_5->compressed);
  EXPECT_TRUE(version_6->compressed);
  EXPECT_EQ(text_of(read_operator_proxy(operator_proxy(4, lists, maps), Writer::kFlink1)),
            "error: offset 0, version: version 4 of the states' description is from before Flink 1.8");
}

TEST(OperatorProxy, broadcast_maps_behind_an_unknown_serializer_are_found) {
  const std::vector<std::string> lists = {operator_state("split", "SPLIT_DISTRIBUTE", test::unknown_type())};
  EXPECT_EQ(text_of(read_operator_proxy(
                operator_proxy(6, lists,
                               {broadcast_state("map", test::int_type(), test::int_type()),
                                broadcast_state("other", test::int_type(), test::int_type())}),
                Writer::kFlink1)),
            "split: operator list, value com.acme.OrderSerializerSnapshot\n"
            "broadcast\n"
            "map: broadcast, user key Integer, value Integer\n"
            "other: broadcast, user key Integer, value Integer\n");
  const auto without = read_operator_proxy(operator_proxy(6, lists, {}) + "values", Writer::kFlink1);
  EXPECT_EQ(text_of(without), "split: operator list, value com.acme.OrderSerializerSnapshot\nbroadcast\n");
  EXPECT_EQ(without->end, std::nullopt);
}

}  // namespace
}  // namespace checkpointfs::state
