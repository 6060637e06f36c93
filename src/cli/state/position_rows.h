// SPDX-License-Identifier: Apache-2.0
// The positions of a snapshot's sources, a row for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/state/reading_process.h"
#include "state/operators/positions.h"

namespace checkpointfs::cli {

// See state::Position. Texts are UTF-8.
struct PositionRow {
  std::string operator_label;
  std::string operator_id;
  std::string connector;  // "kafka", "file", ..., "unrecognised"
  std::string cluster;
  std::string topic;  // or the path
  state::PositionValue partition;
  state::PositionValue offset;
  state::PositionValue stopping_offset;
  std::optional<int64_t> subtask;
  std::string place;  // "reader", "assigned", "unassigned"
  std::optional<int64_t> source;
  std::optional<int64_t> records;
  std::optional<int64_t> version;  // of unrecognised ones
  std::string bytes;               // likewise, "0x..."

  friend bool operator==(const PositionRow&, const PositionRow&) = default;
};

struct PositionRows {
  std::vector<PositionRow> rows;  // by operator
  ReadingNotes notes;
};

JsonObject position_json(const PositionRow& row);
// Throws Failure(kInput) if `json` is not what position_json() makes.
PositionRow position_row(const std::string& json);

// "" for nothing.
std::string value_text(const state::PositionValue& value);

}  // namespace checkpointfs::cli
