// SPDX-License-Identifier: Apache-2.0
// A text about the state of a snapshot, as the mount asks the program for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::fs {

// The program's command that prints such texts. It is not for people: no help lists it.
inline constexpr std::string_view kStateTextCommand = "state-text";

enum class StateText : uint8_t {
  kStates,         // as `checkpointfs state SNAPSHOT` prints it
  kPositions,      // as `checkpointfs positions SNAPSHOT` prints it
  kOperatorState,  // the lines of one list, union or broadcast state
  kKeyedNames,     // see keyed_names_of()
  kKeyedState,     // the lines of one keyed state
};

struct StateRequest {
  StateText text = StateText::kStates;
  uint32_t operator_index = 0;  // kOperatorState, kKeyedState: into flink::Metadata::operators
  std::string state;            // likewise; UTF-8
  friend bool operator==(const StateRequest&, const StateRequest&) = default;
};

// A snapshot as the mount shows it: the program refuses another one of the same path.
struct StateSnapshot {
  std::string path;  // in the projection
  uint64_t metadata_size = 0;
  int64_t metadata_mtime_ns = 0;
  friend bool operator==(const StateSnapshot&, const StateSnapshot&) = default;
};
StateSnapshot state_snapshot(const index::Snapshot& snapshot);

// The arguments after the command's name, and back.
struct StateArguments {
  std::string index_file;
  StateSnapshot snapshot;
  StateRequest request;
};
std::vector<std::string> to_arguments(const StateArguments& arguments);
// Nothing: they are wrong.
std::optional<StateArguments> state_arguments(const std::vector<std::string>& arguments);

// A keyed state of an operator.
struct KeyedName {
  uint32_t operator_index = 0;
  std::string state;  // UTF-8
  friend bool operator==(const KeyedName&, const KeyedName&) = default;
};
// A line for each, "<operator> <name as hexadecimal digits>\n", because names may hold any byte.
std::string to_text(const std::vector<KeyedName>& names);
// Nothing: the text is not of this form.
std::optional<std::vector<KeyedName>> keyed_names_of(std::string_view text);

}  // namespace checkpointfs::fs
