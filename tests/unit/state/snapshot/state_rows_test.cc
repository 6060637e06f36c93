// SPDX-License-Identifier: Apache-2.0
// All lines of snapshots that Flink wrote, against what Flink's own reader found in them.
#include "state/snapshot/state_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "state/snapshot/inventory.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::state {
namespace {

// All lines of a snapshot, sorted.
std::vector<std::string> all_lines(const SnapshotBytes& bytes) {
  std::vector<std::string> lines;
  for (const OperatorLayout& layout : state_layout(bytes.metadata())) {
    for (const std::string& state : state_names(bytes, layout)) {
      const RowsReport report = write_state_rows(bytes, layout, state, {}, {}, [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      });
      EXPECT_TRUE(report.exists);
      EXPECT_EQ(report.problems, std::vector<std::string>{});
      EXPECT_EQ(report.hidden, std::vector<std::string>{}) << state;
    }
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(StateRows, are_those_that_flink_finds) {
  uint64_t equal = 0;
  for (const test::StateSample& sample : test::state_samples()) {
    SCOPED_TRACE(sample.name);
    const std::vector<std::string> found = all_lines(sample.snapshot->bytes());
    std::vector<std::string> different;
    std::ranges::set_symmetric_difference(sample.lines, found, std::back_inserter(different));
    EXPECT_EQ(different, std::vector<std::string>{});
    EXPECT_GT(found.size(), 20u);
    equal += found.size();
  }
  EXPECT_GT(equal, 20'000u);
}

}  // namespace
}  // namespace checkpointfs::state
