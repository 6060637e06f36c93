// SPDX-License-Identifier: Apache-2.0
// All lines of snapshots that Flink wrote, against what Flink's own reader found in them.
#include "state/snapshot/state_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "state/snapshot/inventory.h"
#include "state/snapshot/operator_names.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::state {
namespace {

// Broadcast state is in each subtask; only that of the first one is written, without the subtask.
std::vector<std::string> without_copies(const std::vector<std::string>& lines) {
  std::vector<std::string> kept;
  for (std::string line : lines) {
    const size_t subtask = line.find(",\"subtask\":");
    if (subtask != std::string::npos && line.find(",\"map_key\":") != std::string::npos) {
      const size_t end = line.find(',', subtask + 1);
      if (line.substr(subtask, end - subtask) != ",\"subtask\":0") continue;
      line.erase(subtask, end - subtask);
    }
    kept.push_back(std::move(line));
  }
  std::ranges::sort(kept);
  return kept;
}

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

// A line without its value.
std::string keys_of(const std::string& line) {
  return line.substr(0, line.find(",\"value\":"));
}

TEST(StateRows, are_those_that_flink_finds) {
  for (const test::StateSample& sample : test::state_samples()) {
    SCOPED_TRACE(sample.name);
    const Lines found = all_lines(sample.snapshot->bytes());
    const std::vector<std::string> expected = without_copies(sample.lines);
    EXPECT_GT(expected.size(), 400u);
    std::vector<std::string> missing;
    std::vector<std::string> unexpected;
    std::ranges::set_difference(expected, found.lines, std::back_inserter(missing));
    std::ranges::set_difference(found.lines, expected, std::back_inserter(unexpected));
    std::set<std::string> opaque;
    for (const std::string& line : unexpected) {
      EXPECT_NE(line.find(",\"opaque\":\"Kryo<java.util.HashMap>\"}"), std::string::npos) << line;
      opaque.insert(keys_of(line));
    }
    for (const std::string& line : missing) {
      const auto is_hidden = [&](const std::string& head) { return line.starts_with(head); };
      EXPECT_TRUE(opaque.erase(keys_of(line)) == 1 || std::ranges::any_of(found.hidden, is_hidden)) << line;
    }
    EXPECT_EQ(opaque, std::set<std::string>{});
    // Kryo 5 writes collections in a form of its own.
    if (sample.name.find("2.3.0") == std::string::npos) {
      EXPECT_EQ(missing.size(), 0u);
    } else {
      EXPECT_LT(missing.size(), expected.size() / 5);
    }
  }
}

}  // namespace
}  // namespace checkpointfs::state
