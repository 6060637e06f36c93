// SPDX-License-Identifier: Apache-2.0
// The states of an operator, and how much of them can be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "state/snapshot/keyed_part.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"
#include "state/types/readable.h"

namespace checkpointfs::state {

struct StateSummary {
  std::string name;
  // As to_string(StateKind) has it; or "coordinator", "raw keyed", "raw operator", which have no name.
  std::string kind;
  // Types, "" where the state has none. The namespace of plain keyed state is none.
  std::string key;
  std::string name_space;
  std::string map_key;
  std::string value;
  Readable readable = Readable::kYes;
  std::string reason;             // one sentence if it is not kYes
  uint32_t subtasks = 0;          // that have the state
  std::optional<StateSize> size;  // nothing: not known without reading all of it
};

struct Inventory {
  std::vector<StateSummary>
      states;  // keyed states, operator states, the rest; each in the order of its handle
  std::vector<std::string> problems;  // handles that are damaged or cannot be read
};

// Opens all handles of the operator, one after the other. Effort::kWhole counts all entries, which reads all
// the state.
Inventory operator_inventory(const SnapshotBytes& bytes, const OperatorLayout& layout, Effort effort);

// The names of the operator's states in order, each once; of those handles that can be read.
std::vector<std::string> state_names(const Inventory& inventory);
std::vector<std::string> state_names(const SnapshotBytes& bytes, const OperatorLayout& layout);

}  // namespace checkpointfs::state
