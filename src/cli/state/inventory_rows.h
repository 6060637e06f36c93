// SPDX-License-Identifier: Apache-2.0
// The inventory of a snapshot: a row for each state of each operator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/state/reading_process.h"

namespace checkpointfs::cli {

// Texts are UTF-8; types are "" where the state has none.
struct InventoryRow {
  std::string operator_label;  // its uid, else its name, else its id
  std::string operator_id;
  std::string state;  // "" if the kind has no names, as "coordinator"
  std::string kind;   // "value", "map", "timer", "union", "coordinator", ...
  std::string key;
  std::string name_space;
  std::string map_key;
  std::string value;
  std::string readable;  // "yes", "partly", "no"
  std::string reason;    // one sentence if it is not "yes"
  uint32_t subtasks = 0;
  // Nothing: only counting tells.
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> entries;
  bool exact = false;  // else bytes and entries are estimates
};

struct InventoryRows {
  std::vector<InventoryRow> rows;  // by operator
  ReadingNotes notes;
};

JsonObject inventory_json(const InventoryRow& row);
// Throws Failure(kInput) if `json` is not what inventory_json() makes.
InventoryRow inventory_row(const std::string& json);

}  // namespace checkpointfs::cli
