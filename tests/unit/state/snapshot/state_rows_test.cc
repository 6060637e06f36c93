// SPDX-License-Identifier: Apache-2.0
// All lines of snapshots that Flink wrote, against what Flink's own reader found in them.
#include "state/snapshot/state_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "state/snapshot/inventory.h"
#include "state/snapshot/operator_names.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::state {
namespace {

// All lines of a snapshot.
struct Lines {
  std::vector<std::string> lines;  // sorted
  // {"operator":"...","state":"..." of states some of whose entries are hidden.
  std::vector<std::string> hidden;
};

Lines all_lines(const SnapshotBytes& bytes) {
  Lines all;
  for (const OperatorLayout& layout : state_layout(bytes.metadata())) {
    const std::string label = operator_label(bytes.metadata().operators[layout.operator_index]);
    for (const std::string& state : state_names(bytes, layout)) {
      const RowsReport report = write_state_rows(bytes, layout, state, {}, {}, [&](std::string_view line) {
        all.lines.emplace_back(line);
        return true;
      });
      EXPECT_TRUE(report.exists);
      EXPECT_EQ(report.problems, std::vector<std::string>{});
      if (!report.hidden.empty()) all.hidden.push_back(row_head(label, state));
    }
  }
  std::ranges::sort(all.lines);
  return all;
}

TEST(StateRows, are_those_that_flink_finds) {
  for (const test::StateSample& sample : test::state_samples()) {
    SCOPED_TRACE(sample.name);
    const Lines found = all_lines(sample.snapshot->bytes());
    std::vector<std::string> expected = sample.lines;
    std::ranges::sort(expected);
    EXPECT_GT(expected.size(), 100u);
    EXPECT_EQ(found.hidden, std::vector<std::string>{});
    std::vector<std::string> missing;
    std::vector<std::string> unexpected;
    std::ranges::set_difference(expected, found.lines, std::back_inserter(missing));
    std::ranges::set_difference(found.lines, expected, std::back_inserter(unexpected));
    EXPECT_EQ(missing, std::vector<std::string>{});
    EXPECT_EQ(unexpected, std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace checkpointfs::state
