// SPDX-License-Identifier: Apache-2.0
#include "cli/state/state_reader.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/text/message.h"
#include "cli/state/reading_process.h"
#include "flink/metadata.h"
#include "state/json/json_text.h"
#include "state/operators/positions.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/snapshot_positions.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::cli {
namespace {

using state::Connector;
using state::Position;
using state::PositionPlace;

std::string_view readable_text(state::Readable readable) {
  switch (readable) {
    case state::Readable::kYes:
      return "yes";
    case state::Readable::kPartly:
      return "partly";
    case state::Readable::kNo:
      return "no";
  }
  return "";
}

InventoryRow inventory_row_of(const flink::Operator& op, const state::StateSummary& summary) {
  InventoryRow row;
  row.operator_label = flink::operator_label(op);
  row.operator_id = flink::hex(op.id);
  row.state = summary.name;
  row.kind = summary.kind;
  row.key = summary.key;
  row.name_space = summary.name_space;
  row.map_key = summary.map_key;
  row.value = summary.value;
  row.readable = readable_text(summary.readable);
  row.reason = summary.reason;
  row.subtasks = summary.subtasks;
  if (summary.size) {
    row.bytes = summary.size->bytes;
    row.entries = summary.size->entries;
    row.exact = summary.size->exact;
  }
  return row;
}

void write_inventory(const OpenedSnapshot& snapshot, state::Effort effort, LineOutput& out) {
  for (const state::OperatorLayout& layout : state::state_layout(snapshot.metadata())) {
    const flink::Operator& op = snapshot.metadata().operators[layout.operator_index];
    out.doing(base::format("the states of operator {}", flink::operator_label(op)));
    const state::Inventory inventory = state::operator_inventory(snapshot.bytes(), layout, effort);
    for (const state::StateSummary& summary : inventory.states) {
      out.line(inventory_json(inventory_row_of(op, summary)).text());
    }
    out.add_problems(inventory.problems);
  }
}

PositionRow position_row_of(const flink::Operator& op, const Position& position) {
  PositionRow row;
  row.operator_label = flink::operator_label(op);
  row.operator_id = flink::hex(op.id);
  row.connector = to_string(position.connector);
  row.cluster = position.cluster;
  row.topic = position.topic;
  row.partition = position.partition;
  row.offset = position.offset;
  row.stopping_offset = position.stopping_offset;
  row.subtask = position.subtask;
  row.place = to_string(position.place);
  row.source = position.source;
  row.records = position.records;
  if (position.connector == Connector::kUnrecognised) {
    row.version = position.version;
    state::append_hex(position.bytes, row.bytes);
  }
  return row;
}

// The fields that are equal for two positions in the same input.
auto input_of(const Position& position) {
  return std::tie(position.connector, position.cluster, position.topic, position.partition, position.source);
}

// Readers go on from their own positions, whatever the enumerator knows of these splits.
std::vector<Position> without_covered(const std::vector<Position>& positions) {
  std::set<decltype(input_of(positions.front()))> read;
  for (const Position& position : positions) {
    if (position.place == PositionPlace::kReader) read.insert(input_of(position));
  }
  std::vector<Position> kept;
  std::ranges::copy_if(positions, std::back_inserter(kept), [&](const Position& position) {
    return position.place != PositionPlace::kAssigned || position.connector == Connector::kUnrecognised ||
           !read.contains(input_of(position));
  });
  return kept;
}

void write_positions(const OpenedSnapshot& snapshot, LineOutput& out) {
  for (const state::OperatorLayout& layout : state::state_layout(snapshot.metadata())) {
    const flink::Operator& op = snapshot.metadata().operators[layout.operator_index];
    out.doing(base::format("the positions of operator {}", flink::operator_label(op)));
    const state::OperatorPositions found = state::operator_positions(snapshot.bytes(), layout);
    for (const Position& position : without_covered(found.positions)) {
      out.line(position_json(position_row_of(op, position)).text());
    }
    out.add_problems(found.problems);
  }
}

}  // namespace

InventoryRows read_inventory(const OpenedSnapshot& snapshot, state::Effort effort) {
  std::vector<std::string> lines;
  InventoryRows inventory;
  inventory.notes =
      collect_from_process([&](LineOutput& out) { write_inventory(snapshot, effort, out); }, lines);
  for (const std::string& line : lines) inventory.rows.push_back(inventory_row(line));
  return inventory;
}

PositionRows read_positions(const OpenedSnapshot& snapshot) {
  std::vector<std::string> lines;
  PositionRows positions;
  positions.notes = collect_from_process([&](LineOutput& out) { write_positions(snapshot, out); }, lines);
  for (const std::string& line : lines) positions.rows.push_back(position_row(line));
  return positions;
}

}  // namespace checkpointfs::cli
