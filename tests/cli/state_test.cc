// SPDX-License-Identifier: Apache-2.0
// `state` against what Flink's own reader found, for each snapshot of tests/data.
#include <cstdint>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "on_terminal.h"
#include "state_storage.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

class EachState : public testing::TestWithParam<std::string> {
 protected:
  const StateCommands commands_{storage_directory(GetParam())};
};

TEST_P(EachState, has_the_lines_that_flink_finds) {
  std::vector<std::string> found;
  for (const std::string& id : commands_.operators(commands_.snapshot())) {
    std::ranges::copy(commands_.lines({commands_.snapshot(), id}), std::back_inserter(found));
  }
  std::ranges::sort(found);
  const std::vector<std::string> expected = lines_of_flink(GetParam());
  EXPECT_GT(expected.size(), 20u);
  std::vector<std::string> missing;
  std::vector<std::string> unexpected;
  std::ranges::set_difference(expected, found, std::back_inserter(missing));
  std::ranges::set_difference(found, expected, std::back_inserter(unexpected));
  EXPECT_EQ(missing, std::vector<std::string>());
  EXPECT_EQ(unexpected, std::vector<std::string>());
}

// The value of a field of a line, as it is written.
std::string field(const std::string& line, const char* name) {
  const json::value value = json::parse(line);
  const json::value* const member = value.as_object().if_contains(name);
  return member == nullptr ? "" : json::serialize(*member);
}

TEST_P(EachState, is_ordered_by_key_groups_state_by_state) {
  for (const std::string& id : commands_.operators(commands_.snapshot())) {
    std::string state;
    std::vector<std::string> states;
    int64_t group = 0;
    for (const std::string& line : commands_.lines({commands_.snapshot(), id})) {
      const json::value value = json::parse(line);
      if (text(value, "state") != state) {
        state = text(value, "state");
        group = 0;
        EXPECT_EQ(std::ranges::count(states, state), 0) << line;
        states.push_back(state);
      }
      if (const json::value* const found = value.as_object().if_contains("key_group")) {
        EXPECT_LE(group, found->as_int64()) << line;
        group = found->as_int64();
      }
    }
  }
}

// The objects of `state --json`, by the id of the operator and the name of the state.
std::map<std::pair<std::string, std::string>, json::value> inventory(const StateCommands& commands,
                                                                     std::vector<std::string> words) {
  words.insert(words.begin(), {"state", "--json"});
  const Output output = commands.run(words);
  EXPECT_EQ(output.exit_code, 0) << output.err;
  std::map<std::pair<std::string, std::string>, json::value> states;
  const json::value found = output.json();
  for (const json::value& state : found.at("states").as_array()) {
    if (state.at("state").is_null()) continue;
    states[{text(state, "operator_id"), text(state, "state")}] = state;
  }
  return states;
}

using LinesOfStates = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

// The lines by the id of the operator and the name of the state.
LinesOfStates lines_of_states(const StateCommands& commands, const std::string& snapshot) {
  LinesOfStates lines;
  for (const std::string& id : commands.operators(snapshot)) {
    for (std::string& line : commands.lines({snapshot, id})) {
      const std::string state = text(json::parse(line), "state");
      lines[{id, state}].push_back(std::move(line));
    }
  }
  return lines;
}

TEST_P(EachState, is_counted_as_there_are_lines) {
  const std::string snapshot = commands_.snapshot();
  LinesOfStates lines = lines_of_states(commands_, snapshot);
  std::map<std::string, size_t> of_operators;
  for (const auto& [name, state] : inventory(commands_, {"--count", snapshot})) {
    SCOPED_TRACE(json::serialize(state));
    EXPECT_EQ(number(state, "entries"), lines[name].size());
    EXPECT_EQ(state.at("exact"), json::value(true));
    EXPECT_EQ(number(state, "bytes") > 0, !lines[name].empty());
    of_operators[name.first] += lines[name].size();
  }
  for (const auto& [id, count] : of_operators) {
    EXPECT_EQ(commands_.lines({"--count", snapshot, id}), std::vector{std::to_string(count)});
  }
}

TEST_P(EachState, is_described_as_its_lines_are) {
  const std::string snapshot = commands_.snapshot();
  LinesOfStates lines = lines_of_states(commands_, snapshot);
  size_t of_unknown_classes = 0;
  for (const auto& [name, state] : inventory(commands_, {snapshot})) {
    SCOPED_TRACE(json::serialize(state));
    EXPECT_EQ(text(state, "readable") == "yes", state.at("reason").is_null());
    for (const std::string& text_of_line : lines[name]) {
      const json::object line = json::parse(text_of_line).as_object();
      const bool has_key = !state.at("key_type").is_null();
      EXPECT_EQ(line.at("operator"), state.at("operator"));
      EXPECT_EQ(line.contains("key"), has_key) << text_of_line;
      EXPECT_EQ(line.contains("key_group"), has_key) << text_of_line;
      EXPECT_EQ(line.contains("map_key"), !state.at("map_key_type").is_null()) << text_of_line;
      EXPECT_EQ(line.contains("namespace"), !state.at("namespace_type").is_null()) << text_of_line;
      EXPECT_EQ(line.contains("timestamp"), text(state, "kind") == "timer") << text_of_line;
      EXPECT_NE(line.contains("value"), text(state, "kind") == "timer") << text_of_line;
      // A POJO may be of a subclass that its serializer did not know.
      if (text(state, "readable") == "yes" && line.contains("opaque")) {
        EXPECT_EQ(line.at("opaque"), state.at("value_type")) << text_of_line;
        ++of_unknown_classes;
      }
    }
  }
  EXPECT_LE(of_unknown_classes, 5u);
}

TEST_P(EachState, has_the_lines_of_a_key_where_it_is_looked_up) {
  const std::string snapshot = commands_.snapshot();
  for (const std::string& id : commands_.operators(snapshot)) {
    std::map<std::string, std::vector<std::string>> by_key;  // JSON
    for (const std::string& line : commands_.lines({snapshot, id})) {
      if (const std::string key = field(line, "key"); !key.empty()) by_key[key].push_back(line);
    }
    // The first, one in the middle, the last.
    std::vector<std::string> keys;
    for (const auto& [key, lines] : by_key) keys.push_back(key);
    if (keys.size() > 3) keys = {keys.front(), keys[keys.size() / 2], keys.back()};
    for (const std::string& key : keys) {
      EXPECT_EQ(commands_.lines({"--key", key, snapshot, id}), by_key[key]) << key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Storage, EachState, testing::ValuesIn(state_storages()), storage_name);

class EachSnapshot : public testing::TestWithParam<std::string> {};

TEST_P(EachSnapshot, answers_every_question_about_its_state) {
  const StateCommands commands(storage_directory(GetParam()));
  const std::vector<std::string> snapshots = snapshots_in(commands.directory());
  ASSERT_FALSE(snapshots.empty());
  for (const std::string& snapshot : snapshots) {
    const std::vector<std::string> ids = commands.operators(snapshot);
    EXPECT_GE(ids.size(), 1u) << snapshot;
    size_t lines = 0;
    for (const std::string& id : ids) lines += commands.lines({snapshot, id}).size();
    EXPECT_GT(lines, 20u) << snapshot;
    const Output positions = commands.run({"positions", snapshot});
    EXPECT_EQ(positions.exit_code, 0) << positions.err;
    EXPECT_TRUE(positions.out.starts_with("operator\tconnector\t")) << positions.out;
  }
}

TEST_P(EachSnapshot, has_tables_that_fit_the_terminal) {
  const StateCommands commands(storage_directory(GetParam()));
  const TempDirectory temporary;
  const std::string snapshot = snapshots_in(commands.directory()).back();
  for (const unsigned short columns : {uint16_t{80}, uint16_t{120}}) {
    const std::vector<std::string> options = {"--index", temporary / "index", "--source",
                                              commands.directory(), snapshot};
    for (const char* command : {"state", "positions"}) {
      // Before 1.12 sources keep their positions in forms of their own.
      if (split_lines(commands.run({command, snapshot}).out).size() == 1) continue;
      std::vector<std::string> words = {command};
      words.insert(words.end(), options.begin(), options.end());
      expect_tables_fit(on_terminal(words, columns), columns);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Storage, EachSnapshot, testing::ValuesIn(all_storages()), storage_name);

}  // namespace
}  // namespace checkpointfs::test
