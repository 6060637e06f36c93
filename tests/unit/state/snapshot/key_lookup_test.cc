// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/key_lookup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "state/snapshot/inventory.h"
#include "state/snapshot/state_rows.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::state {
namespace {

using Lines = std::vector<std::string>;

LineSink keeper(Lines& lines) {
  return [&lines](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
}

// The lines of each key, by its JSON.
std::map<std::string, Lines> lines_by_key(const Lines& lines) {
  std::map<std::string, Lines> by_key;
  for (const std::string& line : lines) {
    const auto row = boost::json::parse(line);
    if (row.as_object().contains("key")) by_key[boost::json::serialize(row.at("key"))].push_back(line);
  }
  return by_key;
}

class KeyLookup : public testing::TestWithParam<const char*> {};

// Strings, numbers and tuples have a known hash; POJOs and rows are looked for in each key group.
TEST_P(KeyLookup, finds_the_lines_of_each_key_and_no_others) {
  std::map<std::string, int> found_by_type;
  for (const auto& snapshot : test::state_snapshots(GetParam())) {
    SCOPED_TRACE(snapshot->name());
    for (const OperatorLayout& layout : state_layout(snapshot->metadata())) {
      for (const StateSummary& state : operator_inventory(snapshot->bytes(), layout, Effort::kNone).states) {
        if (state.key.empty()) continue;
        Lines all;
        write_state_rows(snapshot->bytes(), layout, state.name, {}, {}, keeper(all));
        int tried = 0;
        for (const auto& [key, expected] : lines_by_key(all)) {
          if (key.starts_with("\"0x")) continue;  // unreadable
          Lines found;
          const RowsReport report =
              write_rows_of_key(snapshot->bytes(), layout, state.name, key, {}, keeper(found));
          EXPECT_EQ(found, expected) << state.name << " " << key;
          EXPECT_EQ(report.problems, Lines{});
          ++found_by_type[state.key];
          if (++tried == 3) break;
        }
      }
    }
  }
  EXPECT_GE(found_by_type.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Sample, KeyLookup,
                         testing::Values("heap", "rocksdb-changelog", "rocksdb-incremental", "rocksdb-wide"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace checkpointfs::state
