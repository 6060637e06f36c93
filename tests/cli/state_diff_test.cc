// SPDX-License-Identifier: Apache-2.0
// `state --diff` against the lines of the two snapshots.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "state_storage.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

struct Pair {
  const char* storage;
  const char* earlier;  // the end of the directory
  const char* later;
};

void PrintTo(const Pair& pair, std::ostream* out) {
  *out << pair.storage << pair.later;
}

class StateDifferences : public testing::TestWithParam<Pair> {
 protected:
  std::string ending_with(const std::string& end) const {
    for (const std::string& snapshot : snapshots_in(commands_.directory())) {
      if (snapshot.ends_with(end)) return snapshot;
    }
    throw std::runtime_error("no snapshot " + end);
  }

  const StateCommands commands_{storage_directory(GetParam().storage)};
  const std::string earlier_ = ending_with(GetParam().earlier);
  const std::string later_ = ending_with(GetParam().later);
};

// The fields that name an entry, and its value.
using Entry = std::pair<std::string, std::string>;

Entry entry_of(json::object line) {
  std::string value;
  for (const char* name : {"value", "ttl_ms"}) {
    if (const json::value* const found = line.if_contains(name)) value += json::serialize(*found) + " ";
    line.stable_erase(name);
  }
  line.stable_erase("diff");
  return {json::serialize(line), value};
}

TEST_P(StateDifferences, of_keyed_state_are_those_of_the_lines) {
  std::map<std::string, size_t> counts;
  for (const std::string state : {"hot", "recent", "cold-0", "_timer_state/processing_user-timers"}) {
    std::map<std::string, std::string> before;
    std::map<std::string, std::string> after;
    for (const std::string& line : commands_.lines({earlier_, "keyed-check", state})) {
      before.insert(entry_of(json::parse(line).as_object()));
    }
    for (const std::string& line : commands_.lines({later_, "keyed-check", state})) {
      after.insert(entry_of(json::parse(line).as_object()));
    }
    std::set<std::pair<std::string, std::string>> expected;  // kind, entry
    for (const auto& [key, value] : before) {
      if (!after.contains(key)) expected.emplace("removed", key);
      if (after.contains(key) && after[key] != value) expected.emplace("changed", key);
    }
    for (const auto& [key, value] : after) {
      if (!before.contains(key)) expected.emplace("added", key);
    }
    std::set<std::pair<std::string, std::string>> found;
    int64_t group = 0;
    for (const std::string& line : commands_.lines({"--diff", earlier_, later_, "keyed-check", state})) {
      json::object object = json::parse(line).as_object();
      EXPECT_LE(group, object.at("key_group").as_int64()) << line;
      group = object.at("key_group").as_int64();
      const std::string kind = text(object, "diff");
      ++counts[kind];
      std::string old;
      if (kind == "changed") {
        old = json::serialize(object.at("old_value")) + " ";
        object.stable_erase("old_value");
      }
      const auto [key, value] = entry_of(object);
      found.emplace(kind, key);
      EXPECT_EQ(value, (kind == "removed" ? before : after)[key]) << line;
      if (kind == "changed") {
        EXPECT_EQ(old, before[key]) << line;
      }
    }
    EXPECT_EQ(found, expected) << state;
  }
  EXPECT_GT(counts["changed"], 90u);
}

TEST_P(StateDifferences, are_turned_round_with_the_snapshots) {
  std::map<std::string, size_t> forward;
  std::map<std::string, size_t> backward;
  for (const std::string& line : commands_.lines({"--diff", earlier_, later_, "keyed-check"})) {
    ++forward[text(json::parse(line), "diff")];
  }
  for (const std::string& line : commands_.lines({"--diff", later_, earlier_, "keyed-check"})) {
    ++backward[text(json::parse(line), "diff")];
  }
  EXPECT_EQ(forward["added"], backward["removed"]);
  EXPECT_EQ(forward["removed"], backward["added"]);
  EXPECT_EQ(forward["changed"], backward["changed"]);
}

TEST_P(StateDifferences, of_a_snapshot_and_itself_are_none) {
  for (const std::string& id : commands_.operators(later_)) {
    EXPECT_EQ(commands_.lines({"--diff", later_, later_, id}), std::vector<std::string>());
    EXPECT_EQ(commands_.lines({"--diff", "--count", later_, later_, id}), std::vector<std::string>{"0"});
  }
}

TEST_P(StateDifferences, have_the_options_of_lines) {
  const std::vector<std::string> all = commands_.lines({"--diff", earlier_, later_, "keyed-check", "hot"});
  ASSERT_GT(all.size(), 10u);
  EXPECT_EQ(commands_.lines({"--diff", "--limit", "2", earlier_, later_, "keyed-check", "hot"}),
            (std::vector<std::string>{all[0], all[1]}));
  EXPECT_EQ(commands_.lines({"--diff", "--count", earlier_, later_, "keyed-check", "hot"}),
            std::vector{std::to_string(all.size())});
  std::vector<std::string> parts =
      commands_.lines({"--diff", "--key-group", "0-7", earlier_, later_, "keyed-check", "hot"});
  EXPECT_LT(parts.size(), all.size());
  std::ranges::copy(
      commands_.lines({"--diff", "--key-group", "8-32767", earlier_, later_, "keyed-check", "hot"}),
      std::back_inserter(parts));
  EXPECT_EQ(parts, all);
  for (const std::string& line :
       commands_.lines({"--diff", "--keys-only", earlier_, later_, "keyed-check", "hot"})) {
    EXPECT_FALSE(contains(line, "value")) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Checkpoints, StateDifferences,
                         testing::Values(Pair{"flink-2.3.0/chained", "/chk-1", "/chk-2"},
                                         Pair{"flink-2.3.0/chained", "/chk-5", "/chk-6"},
                                         Pair{"flink-2.3.0/hashmap", "/chk-1", "/chk-2"},
                                         Pair{"flink-2.3.0/changelog", "/chk-2", "/chk-3"}));

// Each storage has its own index.
TEST(StateDifference, is_found_between_two_storages) {
  const TempDirectory directory;
  for (const char* name : {"blue", "green"}) copy_fixture("flink-2.3.0/hashmap", directory / name);
  const Program program(directory / "state");
  const std::vector<std::string> blue = snapshots_in(directory / "blue");
  const std::vector<std::string> green = snapshots_in(directory / "green");
  ASSERT_EQ(blue.size(), 2u);
  const Output same = program.run({"state", "--diff", blue[0], green[0], "keyed-check"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_EQ(same.out, "");
  const Output other = program.run({"state", "--diff", blue[0], green[1], "keyed-check"});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_EQ(other.out, program.run({"state", "--diff", blue[0], blue[1], "keyed-check"}).out);
  EXPECT_NE(other.out, "");
}

TEST(StateDifference, of_other_types_or_key_groups_is_refused) {
  const TempDirectory directory;
  const Program program(directory / "state");
  const auto refused = [&](const char* a, const char* b, const char* operator_name) {
    const Output output = program.run({"state", "--diff", snapshots_in(storage_directory(a)).front(),
                                       snapshots_in(storage_directory(b)).front(), operator_name});
    EXPECT_EQ(output.out, "");
    return output;
  };
  const Output wide = refused("state-2.3.0/heap-compressed", "state-2.3.0/heap-wide", "kinds");
  EXPECT_EQ(wide.exit_code, 11) << wide.err;
  EXPECT_TRUE(contains(wide.err, "key groups")) << wide.err;
  EXPECT_EQ(refused("state-2.3.0/heap", "flink-2.3.0/hashmap", "kinds").exit_code, 2);
}

}  // namespace
}  // namespace checkpointfs::test
