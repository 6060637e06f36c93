// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_tree.h"

#include <map>
#include <set>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "flink/listed_states.h"
#include "fs/state/entry_names.h"

namespace checkpointfs::fs {
namespace {

// The names of the states of each operator, in the order in which the metadata has them, each once.
class OperatorStates {
 public:
  explicit OperatorStates(const flink::Metadata& metadata) : names_(metadata.operators.size()) {
    for (const flink::OperatorHandle& handle : metadata.operator_states) {
      if (handle.role == flink::Role::kOperatorManaged) add(metadata, handle);
    }
  }

  const std::vector<std::string_view>& of(uint32_t op) const { return names_[op]; }

 private:
  void add(const flink::Metadata& metadata, const flink::OperatorHandle& handle) {
    for (const flink::ListedState& state : flink::listed_states(metadata, handle)) {
      if (seen_.emplace(handle.operator_index, state.name).second)
        names_[handle.operator_index].push_back(state.name);
    }
  }

  std::vector<std::vector<std::string_view>> names_;
  std::set<std::pair<uint32_t, std::string_view>> seen_;
};

std::set<uint32_t> operators_with_keyed_state(const flink::Metadata& metadata) {
  std::set<uint32_t> found;
  for (const flink::KeyedHandle& handle : metadata.keyed) found.insert(handle.operator_index);
  return found;
}

}  // namespace

StateTree::StateTree(const flink::Metadata& metadata, StateShown shown) {
  nodes_.emplace_back();
  EntryNames names;
  add(0, names.free_name("states.tsv", ""), Kind::kStates);
  add(0, names.free_name("positions.tsv", ""), Kind::kPositions);
  std::map<std::string, int> labels;
  for (const flink::Operator& op : metadata.operators) ++labels[flink::operator_label(op)];
  const OperatorStates states(metadata);
  std::set<uint32_t> keyed;
  if (shown == StateShown::kOperatorAndKeyed) keyed = operators_with_keyed_state(metadata);
  for (uint32_t op = 0; op < metadata.operators.size(); ++op) {
    if (states.of(op).empty() && !keyed.contains(op)) continue;
    const std::string label = flink::operator_label(metadata.operators[op]);
    const std::string id = flink::hex(metadata.operators[op].id);
    std::string name = entry_name(label);
    if (labels[label] > 1) name = base::format("{} {}", name, id);
    const uint32_t directory = add(0, names.free_name(name, id), Kind::kDirectory);
    EntryNames files;
    if (keyed.contains(op)) {
      const uint32_t node = add(directory, files.free_name("keyed", ""), Kind::kKeyedDirectory);
      nodes_[node].operator_index = op;
    }
    for (const std::string_view modified : states.of(op)) {
      const std::string state = base::utf8_or_as_written(modified);
      const uint32_t node =
          add(directory, files.free_name(entry_name(state) + ".jsonl", state), Kind::kOperatorState);
      nodes_[node].operator_index = op;
      nodes_[node].state = state;
    }
  }
}

uint32_t StateTree::add(uint32_t parent, std::string name, Kind kind) {
  const auto number = static_cast<uint32_t>(nodes_.size());
  by_name_.emplace(base::format("{}/{}", parent, name), number);
  Node& node = nodes_.emplace_back();
  node.name = std::move(name);
  node.parent = parent;
  node.kind = kind;
  nodes_[parent].children.push_back(number);
  return number;
}

std::optional<uint32_t> StateTree::child(uint32_t directory, std::string_view name) const {
  const auto found = by_name_.find(base::format("{}/{}", directory, name));
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace checkpointfs::fs
