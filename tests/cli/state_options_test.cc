// SPDX-License-Identifier: Apache-2.0
// The options of `state`, and what it refuses.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "state_storage.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

// RocksDB's and the heap's; Flink 2.3 names operators.
class StateOptions : public testing::TestWithParam<std::string> {
 protected:
  std::vector<std::string> lines(std::vector<std::string> options, const std::string& state = "") const {
    options.insert(options.end(), {snapshot_, "kinds"});
    if (!state.empty()) options.push_back(state);
    return commands_.lines(options);
  }
  Output refused(std::vector<std::string> words) const {
    words.insert(words.begin(), "state");
    const Output output = commands_.run(words);
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(output.exit_code, 2) << output.err;
    return output;
  }

  const StateCommands commands_{storage_directory(GetParam())};
  const std::string snapshot_ = commands_.snapshot();
};

TEST_P(StateOptions, limit_prints_the_first_lines) {
  const std::vector<std::string> all = lines({});
  ASSERT_GT(all.size(), 30u);
  for (const size_t limit : {size_t{0}, size_t{1}, size_t{30}, all.size() + 1}) {
    const std::vector<std::string> first(all.begin(),
                                         all.begin() + static_cast<ptrdiff_t>(std::min(limit, all.size())));
    EXPECT_EQ(lines({"--limit", std::to_string(limit)}), first);
    EXPECT_EQ(lines({"--count", "--limit", std::to_string(limit)}),
              std::vector{std::to_string(first.size())});
  }
}

TEST_P(StateOptions, keys_only_prints_lines_without_values) {
  for (const std::string& line : lines({"--keys-only"})) {
    const json::object object = json::parse(line).as_object();
    EXPECT_TRUE(object.contains("key")) << line;
    EXPECT_FALSE(object.contains("value") || object.contains("ttl_ms")) << line;
  }
  EXPECT_EQ(lines({"--keys-only"}).size(), lines({}).size());
}

TEST_P(StateOptions, key_group_divides_the_lines) {
  for (const std::string state : {"value", "map", "_timer_state/event_user-timers"}) {
    std::vector<std::string> parts;
    for (const char* groups : {"0-50", "51-86", "87", "88-127"}) {
      std::ranges::copy(lines({"--key-group", groups}, state), std::back_inserter(parts));
    }
    EXPECT_EQ(parts, lines({}, state));
    EXPECT_GT(lines({"--key-group", "51-86"}, state).size(), 0u);
    EXPECT_LT(lines({"--key-group", "51-86"}, state).size(), parts.size());
  }
}

TEST_P(StateOptions, int64_string_quotes_numbers_of_64_bits_only) {
  const auto value = [](const std::string& line) { return json::parse(line).at("value"); };
  EXPECT_TRUE(value(lines({}, "value").front()).is_int64());
  EXPECT_TRUE(value(lines({"--int64", "string"}, "value").front()).is_string());
  EXPECT_TRUE(json::parse(lines({"--int64", "string"}, "value").front()).at("key").is_int64());
  EXPECT_EQ(lines({"--int64=number"}), lines({}));
}

TEST_P(StateOptions, hex_prints_the_bytes_of_keys_and_values) {
  const json::object plain = json::parse(lines({}, "value").front()).as_object();
  const json::object hex = json::parse(lines({"--hex"}, "value").front()).as_object();
  char key[32];
  char value[32];
  // An Integer, and the namespace of plain keyed state, which is a zero byte; a Long.
  std::snprintf(key, sizeof key, "0x%08x00", static_cast<unsigned>(plain.at("key").as_int64()));
  std::snprintf(value, sizeof value, "0x%016llx",
                static_cast<unsigned long long>(plain.at("value").as_int64()));
  EXPECT_EQ(hex.at("key").as_string(), key);
  EXPECT_EQ(hex.at("value").as_string(), value);
  EXPECT_EQ(hex.at("key_group"), plain.at("key_group"));
}

TEST_P(StateOptions, operator_is_named_by_a_beginning_that_is_its_own) {
  const std::vector<std::string> expected = lines({}, "value");
  const std::string id = commands_.operators(snapshot_).front();
  EXPECT_EQ(commands_.lines({snapshot_, "kin", "value"}), expected);
  EXPECT_FALSE(commands_.lines({snapshot_, id.substr(0, 8)}).empty());
  const Output none = refused({snapshot_, "nowhere"});
  EXPECT_TRUE(contains(none.err, "no operator nowhere") && contains(none.err, "kinds")) << none.err;
  const Output several = refused({snapshot_, "o"});
  EXPECT_TRUE(contains(several.err, "operator (") && contains(several.err, "objects (")) << several.err;
}

TEST_P(StateOptions, state_that_is_not_there_is_refused_with_the_names_of_those_that_are) {
  const Output output = refused({snapshot_, "kinds", "valu"});
  EXPECT_TRUE(contains(output.err, "operator kinds has no state valu; it has ")) << output.err;
  EXPECT_TRUE(contains(output.err, "ttl-map")) << output.err;
  const Output unkeyed = refused({"--key", "1", snapshot_, "operator", "split"});
  EXPECT_TRUE(contains(unkeyed.err, "has no keyed state split")) << unkeyed.err;
}

TEST_P(StateOptions, that_make_no_sense_are_refused) {
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--key-group", "a"},
                                                  {"--key-group", "5-4"},
                                                  {"--key-group", "-1"},
                                                  {"--key-group", "1-"},
                                                  {"--limit", "x"},
                                                  {"--limit", "-1"},
                                                  {"--int64", "hex"},
                                                  {"--key", "\"x\""},
                                                  {"--key", "{"},
                                                  {"--key", "1", "--key-group", "1"}}) {
    std::vector<std::string> words = options;
    words.insert(words.end(), {snapshot_, "kinds"});
    EXPECT_EQ(last_line(refused(words).err).find("checkpointfs: "), 0u);
  }
  refused({"--limit", "1", snapshot_});
  refused({"--diff", snapshot_, snapshot_});
  refused({snapshot_, "kinds", "value", "more"});
}

TEST_P(StateOptions, key_that_is_not_there_has_no_lines) {
  EXPECT_EQ(lines({"--key", "123456"}), std::vector<std::string>());
  EXPECT_EQ(lines({"--count", "--key", "123456"}), std::vector<std::string>{"0"});
}

TEST_P(StateOptions, show_lists_the_states_that_state_lists) {
  const json::value shown = commands_.run({"show", "--json", snapshot_}).json();
  const json::value listed = commands_.run({"state", "--json", snapshot_}).json();
  const json::array& states = listed.at("states").as_array();
  ASSERT_EQ(shown.at("states").as_array().size(), states.size());
  for (size_t i = 0; i < states.size(); ++i) {
    for (const char* name : {"operator_id", "state", "kind", "key_type", "value_type", "readable"}) {
      EXPECT_EQ(shown.at("states").at(i).at(name), states[i].at(name));
    }
  }
  const std::string text = commands_.run({"show", snapshot_}).out;
  EXPECT_TRUE(contains(text, "\n" + std::to_string(states.size()) + " states:\n")) << text;
  EXPECT_TRUE(contains(text, "tuple/map")) << text;
}

TEST_P(StateOptions, closed_pipe_ends_it_quietly) {
  const TempDirectory temporary;
  write_file(temporary / "script",
             "export XDG_STATE_HOME='" + temporary.path() + "'\n'" + std::getenv("CHECKPOINTFS") +
                 "' state --source '" + commands_.directory() + "' '" + snapshot_ + "' kinds 2>'" +
                 temporary / "err" + "' | head -n 1 >'" + temporary / "out" + "'\nexit ${PIPESTATUS[0]}\n");
  const int status = std::system(("bash '" + temporary / "script" + "'").c_str());
  EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 128 + SIGPIPE))
      << status;
  EXPECT_EQ(read_file(temporary / "err"), "");
  EXPECT_EQ(read_file(temporary / "out"), lines({}).front() + "\n");
}

INSTANTIATE_TEST_SUITE_P(Backend, StateOptions,
                         testing::Values("state-2.3.0/rocksdb-incremental", "state-2.3.0/heap",
                                         "state-2.3.0/rocksdb-canonical-savepoint"),
                         storage_name);

}  // namespace
}  // namespace checkpointfs::test
