// SPDX-License-Identifier: Apache-2.0
// Snapshots of tests/flink's verifying job, of every backend: all its state follows from a few numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "state/json/json_text.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/key_hash.h"
#include "state/snapshot/key_lookup.h"
#include "state/snapshot/snapshot_positions.h"
#include "state/snapshot/state_rows.h"
#include "tests/unit/state/fixture_snapshot.h"
#include "tests/unit/state/operators/position_text.h"
#include "tests/unit/state/verifying_job.h"

namespace checkpointfs::state {
namespace {

using Json = boost::json::value;

using test::kHalf;
using test::kKeys;
using test::kMaxParallelism;
using test::kSlots;

std::string hex_of(std::string_view bytes) {
  std::string text;
  append_hex(bytes, text);
  return text;
}

// The states of a snapshot, from all its operators.
class JobState {
 public:
  explicit JobState(const test::FixtureSnapshot& snapshot)
      : bytes_(snapshot.bytes()), layouts_(state_layout(bytes_.metadata())) {}

  // The rows of the state `name` in whichever operators have it.
  std::vector<Json> rows(const std::string& name) const {
    std::vector<Json> rows;
    for (const OperatorLayout& layout : layouts_) {
      const RowsReport report = write_state_rows(bytes_, layout, name, {}, {}, [&](std::string_view line) {
        rows.push_back(boost::json::parse(std::string(line)));
        return true;
      });
      EXPECT_EQ(report.problems, std::vector<std::string>{});
      EXPECT_EQ(report.hidden, std::vector<std::string>{});
      EXPECT_EQ(report.rows > 0 && !report.exists, false);
    }
    return rows;
  }
  const std::vector<OperatorLayout>& layouts() const { return layouts_; }
  const SnapshotBytes& bytes() const { return bytes_; }

 private:
  const SnapshotBytes& bytes_;
  const std::vector<OperatorLayout> layouts_;
};

int64_t number(const Json& row, std::string_view field) {
  return row.at(field).to_number<int64_t>();
}

class VerifyingJob : public testing::TestWithParam<const char*> {
 protected:
  template <typename Check>
  void for_each_snapshot(Check check) {
    for (const auto& snapshot : test::fixture_snapshots(GetParam())) {
      SCOPED_TRACE(snapshot->name());
      check(JobState(*snapshot));
    }
  }
};

TEST_P(VerifyingJob, has_counted_the_elements_that_its_map_holds) {
  for_each_snapshot([](const JobState& state) {
    // The elements of both splits of each key.
    std::map<int64_t, std::pair<int64_t, int64_t>> counts;
    std::map<int64_t, int64_t> timers;
    for (const Json& row : state.rows("hot")) {
      const int64_t key = number(row, "key");
      const Json& value = row.at("value");
      const int64_t count0 = number(value, "count0");
      const int64_t count1 = number(value, "count1");
      EXPECT_EQ(value.at("proof").as_string(), hex_of(test::proof_of(key, count0, count1)));
      EXPECT_EQ(number(row, "key_group"), murmur_hash(static_cast<int32_t>(key)) % kMaxParallelism);
      EXPECT_FALSE(row.as_object().contains("namespace"));
      EXPECT_TRUE(counts.emplace(key, std::pair(count0, count1)).second) << key;
      if (number(value, "timer") != 0) timers[key] = number(value, "timer");
    }
    ASSERT_EQ(counts.size(), static_cast<size_t>(kKeys));

    std::set<std::string> expected;
    for (const auto& [key, count] : counts) {
      for (const int64_t split : {0, 1}) {
        const int64_t end = split == 0 ? count.first : count.second;
        for (int64_t i = std::max<int64_t>(0, end - kSlots); i < end; ++i) {
          expected.insert(
              base::format("{} {} {}", key, split * kSlots + i % kSlots, split * kHalf + i * kKeys + key));
        }
      }
    }
    std::set<std::string> found;
    for (const Json& row : state.rows("recent")) {
      EXPECT_TRUE(found
                      .insert(base::format("{} {} {}", number(row, "key"), number(row, "map_key"),
                                           number(row, "value")))
                      .second);
    }
    EXPECT_EQ(found, expected);

    std::map<int64_t, int64_t> registered;
    for (const Json& row : state.rows("_timer_state/processing_user-timers")) {
      registered[number(row, "key")] = number(row, "timestamp");
      EXPECT_FALSE(row.as_object().contains("value"));
    }
    EXPECT_EQ(registered, timers);
  });
}

TEST_P(VerifyingJob, has_written_its_cold_state_once) {
  for_each_snapshot([](const JobState& state) {
    std::set<int64_t> keys;
    for (const Json& row : state.rows("cold-0")) {
      const int64_t key = number(row, "key");
      const auto& value = row.at("value").as_string();
      EXPECT_EQ(value, hex_of(test::bytes_of_seed(key * 31 + 5, (value.size() - 2) / 2)));
      EXPECT_GT(value.size(), 100u);
      EXPECT_TRUE(keys.insert(key).second);
    }
    EXPECT_EQ(keys.size(), static_cast<size_t>(kKeys));
  });
}

TEST_P(VerifyingJob, has_all_elements_of_its_operator_state) {
  for_each_snapshot([](const JobState& state) {
    std::map<std::string, std::multiset<int64_t>> tokens;
    for (const Json& row : state.rows("tokens")) {
      EXPECT_LE(number(row, "subtask"), 1);
      tokens[std::string(row.at("operator").as_string())].insert(number(row, "value"));
    }
    EXPECT_FALSE(tokens.empty());
    for (const auto& [label, found] : tokens) {
      EXPECT_EQ(found.size(), 100u);
      EXPECT_EQ(std::set<int64_t>(found.begin(), found.end()).size(), 100u);
      EXPECT_EQ(*found.rbegin(), 99);
    }
    std::set<int64_t> squares;
    for (const Json& row : state.rows("squares")) {
      const int64_t root = number(row, "map_key");
      EXPECT_EQ(number(row, "value"), root * root);
      EXPECT_FALSE(row.as_object().contains("subtask"));
      EXPECT_TRUE(squares.insert(root).second) << "an entry for each subtask";
    }
    EXPECT_EQ(squares.size(), 100u);
  });
}

TEST_P(VerifyingJob, goes_on_with_the_numbers_that_its_map_operator_waits_for) {
  for_each_snapshot([](const JobState& state) {
    std::map<int64_t, int64_t> awaited;  // by split
    for (const Json& row : state.rows("positions")) {
      const auto& pair = row.at("value").as_array();
      awaited[pair.at(0).to_number<int64_t>()] = pair.at(1).to_number<int64_t>();
    }
    ASSERT_EQ(awaited.size(), 2u);
    std::set<std::string> expected;
    for (const auto& [split, next] : awaited) {
      expected.insert(
          base::format("number sequence reader /{} at {} to {}", split + 1, next, (split + 1) * kHalf - 1));
    }
    std::set<std::string> found;
    for (const OperatorLayout& layout : state.layouts()) {
      const OperatorPositions result = operator_positions(state.bytes(), layout);
      EXPECT_EQ(result.problems, std::vector<std::string>{});
      for (Position position : result.positions) {
        // Only numbers up to 99: the source that finishes, in a first checkpoint.
        if (position.stopping_offset == PositionValue(int64_t{99})) continue;
        EXPECT_TRUE(position.subtask.has_value());
        position.subtask.reset();
        found.insert(test::text_of(position));
      }
    }
    EXPECT_EQ(found, expected);
  });
}

TEST_P(VerifyingJob, has_a_key_where_its_hash_says) {
  for_each_snapshot([](const JobState& state) {
    for (const int64_t key : {0, 42, 99}) {
      std::vector<std::string> lines;
      const LineSink keep = [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      };
      uint64_t rows = 0;
      for (const OperatorLayout& layout : state.layouts()) {
        for (const char* const name : {"hot", "recent", "_timer_state/processing_user-timers"}) {
          const RowsReport report =
              write_rows_of_key(state.bytes(), layout, name, std::to_string(key), {}, keep);
          rows += report.rows;
          EXPECT_EQ(report.problems, std::vector<std::string>{});
        }
      }
      std::vector<std::string> expected;
      for (const char* const name : {"hot", "recent", "_timer_state/processing_user-timers"}) {
        for (const Json& row : state.rows(name)) {
          if (number(row, "key") == key) expected.push_back(name);
        }
      }
      EXPECT_EQ(rows, expected.size());
      EXPECT_GE(rows, 2u);
      for (const std::string& line : lines) {
        EXPECT_EQ(number(boost::json::parse(line), "key"), key);
      }
    }
  });
}

TEST_P(VerifyingJob, has_an_inventory_with_types_and_exact_counts) {
  for_each_snapshot([](const JobState& state) {
    std::map<std::string, StateSummary> by_name;
    for (const OperatorLayout& layout : state.layouts()) {
      const Inventory inventory = operator_inventory(state.bytes(), layout, Effort::kWhole);
      EXPECT_EQ(inventory.problems, std::vector<std::string>{});
      for (const StateSummary& summary : inventory.states) {
        EXPECT_EQ(summary.readable, Readable::kYes) << summary.name << ": " << summary.reason;
        by_name[summary.name] = summary;
      }
    }
    const auto text = [&](const std::string& name) {
      const StateSummary& summary = by_name[name];
      return base::format("{}: {} [{}] {{{}}} {} in {}", summary.kind, summary.key, summary.name_space,
                          summary.map_key, summary.value, summary.subtasks);
    };
    EXPECT_EQ(text("hot"), "value: Integer [] {} checkpointfs.flink.KeyState in 2");
    EXPECT_EQ(text("recent"), "map: Integer [] {Integer} Long in 2");
    EXPECT_EQ(text("cold-0"), "value: Integer [] {} byte[] in 2");
    EXPECT_EQ(text("_timer_state/processing_user-timers"), "timer: Integer [] {}  in 2");
    EXPECT_EQ(text("tokens"), "operator list:  [] {} Long in 2");
    EXPECT_EQ(text("positions"), "union:  [] {} Tuple2<Integer, Long> in 2");
    EXPECT_EQ(text("squares"), "broadcast:  [] {Long} Long in 2");
    ASSERT_TRUE(by_name["hot"].size.has_value());
    EXPECT_EQ(by_name["hot"].size->entries, 100u);
    EXPECT_TRUE(by_name["hot"].size->exact);
    EXPECT_EQ(by_name["recent"].size->entries, state.rows("recent").size());
    EXPECT_EQ(by_name["tokens"].size->entries, 100u);
    EXPECT_EQ(by_name["tokens"].size->bytes, 800u);
    EXPECT_EQ(by_name["squares"].size->entries, 100u);
    EXPECT_EQ(by_name["squares"].size->bytes, 4u + 100 * 16);
  });
}

INSTANTIATE_TEST_SUITE_P(Scenario, VerifyingJob,
                         testing::Values("canonical-savepoint", "chained", "changelog", "file-merging",
                                         "file-merging-across", "hashmap", "inline", "native-savepoint",
                                         "no-job-id", "unaligned"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace checkpointfs::state
