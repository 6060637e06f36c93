// SPDX-License-Identifier: Apache-2.0
// The positions of Kafka's sources in snapshots of real Flinks, against what the connector's own serializers
// found there.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "state/operators/positions.h"
#include "state/snapshot/snapshot_positions.h"
#include "state/snapshot/state_layout.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::state {
namespace {

std::string text_of(const PositionValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* const word = std::get_if<std::string>(&value)) return *word;
  return "";
}

// operator | connector | topic | partition | offset | stopping offset | subtask | place
std::string line_of(const std::string& label, const Position& position) {
  std::string line = label;
  for (const std::string& cell :
       {std::string(to_string(position.connector)), position.topic, text_of(position.partition),
        text_of(position.offset), text_of(position.stopping_offset),
        position.subtask ? std::to_string(*position.subtask) : "", std::string(to_string(position.place))}) {
    line += '\t' + cell;
  }
  return line;
}

std::vector<std::string> all_positions(const SnapshotBytes& bytes) {
  std::vector<std::string> lines;
  for (const OperatorLayout& layout : state_layout(bytes.metadata())) {
    const std::string label = flink::operator_label(bytes.metadata().operators[layout.operator_index]);
    const OperatorPositions found = operator_positions(bytes, layout);
    EXPECT_EQ(found.problems, std::vector<std::string>{});
    for (const Position& position : found.positions) lines.push_back(line_of(label, position));
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(KafkaPositions, are_those_that_the_connector_finds) {
  size_t snapshots = 0;
  for (const auto& snapshot : test::state_snapshots("kafka")) {
    SCOPED_TRACE(snapshot->name());
    const std::string version = snapshot->name().substr(0, snapshot->name().find('/'));
    std::ifstream file(test::data_directory() / version / "kafka.positions.tsv");
    std::vector<std::string> expected;
    for (std::string line; std::getline(file, line);) expected.push_back(line);
    EXPECT_GT(expected.size(), 40u);
    EXPECT_EQ(all_positions(snapshot->bytes()), expected);
    ++snapshots;
  }
  EXPECT_EQ(snapshots, 2u);
}

}  // namespace
}  // namespace checkpointfs::state
