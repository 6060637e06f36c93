// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_tree.h"

#include <gtest/gtest.h>

#include <set>

#include "flink/decode.h"
#include "fs/state/entry_names.h"
#include "fs/state/state_request.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::fs {
namespace {

using namespace std::string_literals;
using test::MetadataBuilder;
using test::partitionable;
using Kind = StateTree::Kind;

TEST(EntryNames, are_the_text_where_it_is_a_name) {
  EXPECT_EQ(entry_name("orders (v2) ä"), "orders (v2) ä");
  EXPECT_EQ(entry_name("a.b"), "a.b");
}

TEST(EntryNames, encode_what_no_name_can_hold_or_nobody_can_type) {
  EXPECT_EQ(entry_name("_timer_state/event_t"), "_timer_state%2Fevent_t");
  EXPECT_EQ(entry_name(".."), "%2E.");
  EXPECT_EQ(entry_name(".hidden"), "%2Ehidden");
  EXPECT_EQ(entry_name("a\nb\0c\x7F"s), "a%0Ab%00c%7F");
  EXPECT_EQ(entry_name("100%"), "100%25");
  EXPECT_EQ(entry_name("\xFF"), "%FF");
  EXPECT_EQ(entry_name("\xE2\x80\xAEtxt"), "%E2%80%AEtxt");  // U+202E turns the text around
  EXPECT_EQ(entry_name(""), "%");
}

TEST(EntryNames, of_long_texts_are_cut_and_differ) {
  const std::string a = entry_name(std::string(300, '/') + "a");
  const std::string b = entry_name(std::string(300, '/') + "b");
  EXPECT_NE(a, b);
  for (const std::string& name :
       {a, b, entry_name(std::string(400, 'x')), entry_name(std::string(201, '\xC3'))}) {
    EXPECT_LE(name.size(), 200U);
    EXPECT_EQ(name[name.size() - 17], '~') << name;
  }
  // No escape and no character is cut in two.
  for (size_t n = 180; n < 220; ++n) {
    std::string text(n, 'x');
    for (int i = 0; i < 40; ++i) text += i % 2 == 0 ? "/" : "ä";
    const std::string name = entry_name(text);
    const std::string stem = name.substr(0, name.size() - 17);
    EXPECT_EQ(entry_name(stem).find("%FF"), std::string::npos);
    for (size_t at = stem.find('%'); at != std::string::npos; at = stem.find('%', at + 1)) {
      EXPECT_EQ(stem.substr(at, 3), "%2F") << stem;
    }
    EXPECT_NE(static_cast<unsigned char>(stem.back()), 0xC3) << stem;
  }
}

TEST(EntryNames, that_are_taken_get_a_suffix) {
  EntryNames names;
  EXPECT_EQ(names.free_name("a", "1"), "a");
  const std::string second = names.free_name("a", "2");
  EXPECT_TRUE(second.starts_with("a-")) << second;
  EXPECT_NE(names.free_name("a", "2"), second);
}

StateTree tree_of(const std::string& bytes, StateShown shown = StateShown::kOperator) {
  const auto decoded = flink::decode(bytes);
  EXPECT_TRUE(decoded.has_value());
  return StateTree(*decoded, shown);
}

std::set<std::string> names_in(const StateTree& tree, uint32_t directory) {
  std::set<std::string> names;
  for (const uint32_t child : tree.nodes()[directory].children) names.insert(tree.nodes()[child].name);
  return names;
}

using NameSet = std::set<std::string>;

TEST(StateTree, has_a_directory_for_each_operator_with_operator_state_and_a_file_for_each_state) {
  MetadataBuilder builder(5);
  const std::string inline_state = test::byte("n", "x");
  builder.op({.name = "Source: a", .uid = "source"})
      .subtask({.managed_operator = partitionable({{"offsets", {0}}, {"rules", {0}, 2}}, inline_state)})
      .subtask({.managed_operator = partitionable({{"offsets", {0}}, {"late/r", {0}, 1}}, inline_state)});
  builder.op({.name = "map"}).subtask({.managed_operator = partitionable({{"s", {0}}}, inline_state)});
  builder.op({.name = "stateless"}).subtask({});
  const StateTree tree = tree_of(builder.bytes());
  EXPECT_EQ(names_in(tree, 0), (NameSet{"states.tsv", "positions.tsv", "source", "map"}));
  const auto source = tree.child(0, "source");
  ASSERT_TRUE(source);
  EXPECT_EQ(names_in(tree, *source), (NameSet{"offsets.jsonl", "rules.jsonl", "late%2Fr.jsonl"}));
  const auto late = tree.child(*source, "late%2Fr.jsonl");
  ASSERT_TRUE(late);
  EXPECT_EQ(tree.nodes()[*late].kind, Kind::kOperatorState);
  EXPECT_EQ(tree.nodes()[*late].state, "late/r");
  EXPECT_EQ(tree.nodes()[*late].operator_index, 0U);
  EXPECT_EQ(tree.nodes()[*late].parent, *source);
  EXPECT_FALSE(tree.child(0, "late%2Fr.jsonl"));
}

TEST(StateTree, tells_operators_of_one_name_apart_by_their_ids) {
  MetadataBuilder builder(5);
  const auto state = [] {
    return test::Subtask{.managed_operator = partitionable({{"s", {0}}}, test::byte("n", "x"))};
  };
  builder.op({.name = "map", .id = std::string(16, '\x11')}).subtask(state());
  builder.op({.name = "map", .id = std::string(16, '\x22')}).subtask(state());
  builder.op({.name = "states.tsv"}).subtask(state());
  builder.op({.name = "", .id = std::string(16, '\x33')}).subtask(state());
  const NameSet names = names_in(tree_of(builder.bytes()), 0);
  EXPECT_EQ(names.size(), 6U);
  EXPECT_TRUE(names.contains("map 11111111111111111111111111111111"));
  EXPECT_TRUE(names.contains("map 22222222222222222222222222222222"));
  EXPECT_TRUE(names.contains("33333333333333333333333333333333"));
  EXPECT_TRUE(names.contains("states.tsv"));
}

TEST(StateTree, has_directories_of_keyed_state_only_if_they_are_wanted) {
  MetadataBuilder builder(5);
  builder.op({.name = "sum"})
      .subtask({.managed_keyed = test::key_groups(test::byte("n", std::string(64, 'x')))});
  EXPECT_EQ(names_in(tree_of(builder.bytes()), 0), (NameSet{"states.tsv", "positions.tsv"}));
  const StateTree tree = tree_of(builder.bytes(), StateShown::kOperatorAndKeyed);
  const auto sum = tree.child(0, "sum");
  ASSERT_TRUE(sum);
  const auto keyed = tree.child(*sum, "keyed");
  ASSERT_TRUE(keyed);
  EXPECT_EQ(tree.nodes()[*keyed].kind, Kind::kKeyedDirectory);
}

TEST(StateRequests, come_back_from_their_arguments) {
  for (const StateText text : {StateText::kStates, StateText::kPositions, StateText::kOperatorState,
                               StateText::kKeyedNames, StateText::kKeyedState}) {
    const StateArguments arguments{"/var/index.db", {"job/chk-7", 123, -5}, {text, 3, "a/\0\xFF\n"s}};
    const auto back = state_arguments(to_arguments(arguments));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->index_file, arguments.index_file);
    EXPECT_EQ(back->snapshot, arguments.snapshot);
    EXPECT_EQ(back->request, arguments.request);
  }
}

TEST(StateRequests, are_refused_if_an_argument_is_wrong) {
  const std::vector<std::string> right = to_arguments({"i", {"s", 1, 2}, {StateText::kKeyedState, 0, "a"}});
  EXPECT_TRUE(state_arguments(right));
  EXPECT_FALSE(state_arguments({}));
  const std::vector<std::pair<size_t, std::string>> wrong = {{2, "-1"},  {2, ""},  {3, "x"}, {4, "all"},
                                                             {5, "0x1"}, {6, "6"}, {6, "zz"}};
  for (const auto& [place, argument] : wrong) {
    std::vector<std::string> changed = right;
    changed[place] = argument;
    EXPECT_FALSE(state_arguments(changed)) << place << " " << argument;
  }
}

TEST(StateRequests, have_lists_of_names_that_hold_any_byte) {
  const std::vector<KeyedName> names = {{0, ""}, {7, "a\n0 1 b\n"}, {4'294'967'295, "\0"s}};
  EXPECT_EQ(keyed_names_of(to_text(names)), names);
  EXPECT_EQ(keyed_names_of(""), std::vector<KeyedName>());
  for (const char* text : {"0", "0 61", "0 6\n", "0 6g\n", "-1 61\n", "9999999999999999999999 61\n", "\n"}) {
    EXPECT_FALSE(keyed_names_of(text)) << text;
  }
}

}  // namespace
}  // namespace checkpointfs::fs
