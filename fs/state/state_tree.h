// SPDX-License-Identifier: Apache-2.0
// The texts about the state of one snapshot, as a tree of names.
//
//   states.tsv, positions.tsv
//   <operator>/<operator state>.jsonl
//   <operator>/keyed/                   only if it is wanted; what lies in it, the metadata does not say
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flink/metadata.h"

namespace checkpointfs::fs {

// Part of the state that a mount shows.
enum class StateShown : uint8_t {
  kNone,
  kOperator,          // operator state, which is small
  kOperatorAndKeyed,  // and keyed state, whose size nobody knows
};

// A pure function of the metadata: the same nodes with the same numbers each time.
class StateTree {
 public:
  enum class Kind : uint8_t { kDirectory, kStates, kPositions, kOperatorState, kKeyedDirectory };
  struct Node {
    std::string name;
    uint32_t parent = 0;
    Kind kind = Kind::kDirectory;
    uint32_t operator_index = 0;  // kOperatorState, kKeyedDirectory: into Metadata::operators
    std::string state;            // kOperatorState; UTF-8
    std::vector<uint32_t> children;
  };

  StateTree(const flink::Metadata& metadata, StateShown shown);

  // Node 0 is the root, which stands for the snapshot.
  const std::vector<Node>& nodes() const { return nodes_; }
  std::optional<uint32_t> child(uint32_t directory, std::string_view name) const;

 private:
  uint32_t add(uint32_t parent, std::string name, Kind kind);

  std::vector<Node> nodes_;
  std::unordered_map<std::string, uint32_t> by_name_;  // "<parent>/<name>"
};

}  // namespace checkpointfs::fs
