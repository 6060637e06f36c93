// SPDX-License-Identifier: Apache-2.0
#include "cli/state/answers.h"

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#ifdef CHECKPOINTFS_STATE

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/output/terminal.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/state/inventory_text.h"
#include "cli/state/opened_snapshot.h"
#include "cli/state/position_text.h"
#include "cli/state/row_output.h"
#include "cli/state/row_query.h"
#include "cli/state/state_reader.h"

namespace checkpointfs::cli {
namespace {

void print_states_json(const OpenedSnapshot& snapshot, const InventoryRows& inventory) {
  JsonArray states;
  for (const InventoryRow& row : inventory.rows) states.push_back(inventory_json(row));
  print_json(std::cout, JsonObject{{"snapshot", snapshot.snapshot().path}, {"states", states}});
}

ExitCode print_states(const Invocation& invocation, const OpenedSnapshot& snapshot) {
  if (has_entry_options(invocation)) {
    throw base::Failure(base::FailureKind::kUsage,
                        "options that choose entries need an OPERATOR; without one, only --count is allowed");
  }
  const bool counts = invocation.has("count");
  const InventoryRows inventory =
      read_inventory(snapshot, counts ? state::Effort::kWhole : state::Effort::kTables);
  if (invocation.has("json")) {
    print_states_json(snapshot, inventory);
  } else if (const size_t width = terminal_width(0); width != 0) {
    print_inventory(std::cout, inventory.rows, width);
  } else {
    std::cout << inventory_tsv(inventory.rows);
  }
  return print_notes(inventory.notes);
}

// The two snapshots may belong to different storage.
ExitCode print_difference(const Invocation& invocation) {
  require_operands(invocation, 3, 4, "SNAPSHOT SNAPSHOT OPERATOR [STATE]");
  const std::string& a = invocation.operands[0];
  const std::string& b = invocation.operands[1];
  const RowQuery query = row_query(invocation, 2);
  SnapshotIndex of_a(invocation, a, "state");
  const OpenedSnapshot earlier(of_a.reader(), of_a.locate(a));
  if (const auto found = find_snapshot(of_a.reader(), of_a.found(), b)) {
    return print_row_difference(earlier, OpenedSnapshot(of_a.reader(), *found), query);
  }
  SnapshotIndex of_b(invocation, b, "state");
  return print_row_difference(earlier, OpenedSnapshot(of_b.reader(), of_b.locate(b)), query);
}

constexpr std::string_view kNoPositions =
    "no positions: no state has the form in which a known source keeps them; "
    "'checkpointfs state' prints all state\n";

void print_positions_json(const OpenedSnapshot& snapshot, const PositionRows& positions) {
  JsonArray rows;
  for (const PositionRow& row : positions.rows) rows.push_back(position_json(row));
  print_json(std::cout, JsonObject{{"snapshot", snapshot.snapshot().path}, {"positions", rows}});
}

// Each handle is a file to open.
constexpr size_t kMostHandles = 500;

// Rows that `read` finds; none if there is a reason not to look.
template <typename Rows>
auto rows_in_passing(index::Reader& reader, const index::Snapshot& snapshot,
                     Rows (*read)(const OpenedSnapshot&)) {
  decltype(Rows::rows) none;
  if (!index::is_decodable(snapshot.status)) return none;
  try {
    const OpenedSnapshot opened(reader, snapshot);
    const flink::Metadata& metadata = opened.metadata();
    if (metadata.keyed.size() + metadata.operator_states.size() > kMostHandles) return none;
    return std::move(read(opened).rows);
  } catch (const base::Failure&) {
  } catch (const base::SystemError&) {
  }
  return none;
}

InventoryRows read_descriptions(const OpenedSnapshot& snapshot) {
  return read_inventory(snapshot, state::Effort::kNone);
}

}  // namespace

std::vector<InventoryRow> described_states(index::Reader& reader, const index::Snapshot& snapshot) {
  return rows_in_passing<InventoryRows>(reader, snapshot, &read_descriptions);
}

std::vector<PositionRow> known_positions(index::Reader& reader, const index::Snapshot& snapshot) {
  return rows_in_passing<PositionRows>(reader, snapshot, &read_positions);
}

SnapshotState state_in_passing(index::Reader& reader, const index::Snapshot& snapshot) {
  SnapshotState found;
  try {
    const OpenedSnapshot opened(reader, snapshot);
    const size_t handles = opened.metadata().keyed.size() + opened.metadata().operator_states.size();
    if (handles > kMostHandles) {
      found.unread =
          base::format("the snapshot has {} handles of state, and the limit is {}", handles, kMostHandles);
      return found;
    }
    InventoryRows inventory = read_descriptions(opened);
    PositionRows positions = read_positions(opened);
    found.states = std::move(inventory.rows);
    found.positions = std::move(positions.rows);
    for (const ReadingNotes& notes : {inventory.notes, positions.notes}) {
      if (found.unread.empty() && !notes.problems.empty()) found.unread = notes.problems.front();
    }
  } catch (const std::exception& e) {
    found.unread = e.what();
  }
  return found;
}

ExitCode answer_state(const Invocation& invocation) {
  if (invocation.has("diff")) return print_difference(invocation);
  require_operands(invocation, 1, 3, "SNAPSHOT [OPERATOR [STATE]]");
  const std::string& argument = invocation.operands.front();
  SnapshotIndex snapshots(invocation, argument, "state");
  const OpenedSnapshot snapshot(snapshots.reader(), snapshots.locate(argument));
  if (invocation.operands.size() == 1) return print_states(invocation, snapshot);
  return print_rows(snapshot, row_query(invocation, 1));
}

ExitCode answer_positions(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "SNAPSHOT");
  const std::string& argument = invocation.operands.front();
  SnapshotIndex snapshots(invocation, argument, "positions");
  const OpenedSnapshot snapshot(snapshots.reader(), snapshots.locate(argument));
  const PositionRows positions = read_positions(snapshot);
  const bool is_empty = positions.rows.empty() && positions.notes.problems.empty();
  if (invocation.has("json")) {
    print_positions_json(snapshot, positions);
  } else if (const size_t width = terminal_width(0); width != 0) {
    print_positions(std::cout, positions.rows, width);
    if (is_empty) std::cout << kNoPositions;
  } else {
    std::cout << positions_tsv(positions.rows);
    if (is_empty) print_remark(kNoPositions);
  }
  return print_notes(positions.notes);
}

}  // namespace checkpointfs::cli

#else

namespace checkpointfs::cli {
namespace {

[[noreturn]] void refuse() {
  throw std::runtime_error(
      "this checkpointfs was built without RocksDB and Snappy, and cannot read state; build it with -Dstate=enabled");
}

}  // namespace

ExitCode answer_state(const Invocation&) {
  refuse();
}

ExitCode answer_positions(const Invocation&) {
  refuse();
}

std::vector<InventoryRow> described_states(index::Reader&, const index::Snapshot&) {
  return {};
}

std::vector<PositionRow> known_positions(index::Reader&, const index::Snapshot&) {
  return {};
}

SnapshotState state_in_passing(index::Reader&, const index::Snapshot&) {
  return {{}, {}, "this checkpointfs was built without RocksDB and Snappy, and cannot read state"};
}

}  // namespace checkpointfs::cli

#endif
