// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/inventory.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/operators/operator_handle.h"
#include "state/operators/source_positions.h"
#include "state/snapshot/open_keyed_part.h"
#include "state/snapshot/operator_rows.h"
#include "state/snapshot/snapshot_positions.h"

namespace checkpointfs::state {
namespace {

class InventoryMaker {
 public:
  InventoryMaker(const SnapshotBytes& bytes, const OperatorLayout& layout, Effort effort)
      : bytes_(bytes),
        layout_(layout),
        effort_(effort),
        label_(flink::operator_label(bytes.metadata().operators[layout.operator_index])) {}

  Inventory make() {
    for (const KeyedPlace& place : layout_.keyed) {
      guarded(place.subtask, "keyed state", [&] { return add_keyed(place); });
    }
    for (const KeyedPlace& place : layout_.raw_keyed) {
      guarded(place.subtask, "raw keyed state", [&] { return add_raw_keyed(place); });
    }
    for (const uint32_t index : layout_.managed) {
      const int32_t subtask = bytes_.metadata().operator_states[index].subtask;
      guarded(subtask, "operator state", [&] { return add_operator_state(index); });
    }
    for (const uint32_t index : layout_.raw) {
      const flink::HandleSpan& span = bytes_.metadata().operator_states[index].span;
      add_unknown("raw operator", bytes_.recorded_bytes(span), "the operator writes it in a form of its own");
    }
    add_coordinator();
    return std::move(inventory_);
  }

 private:
  // Keeps the error of `call`.
  void guarded(int32_t subtask, std::string_view what,
               const std::function<std::optional<base::InputError>()>& call) {
    std::string reason;
    try {
      if (const auto error = call()) reason = to_string(*error);
    } catch (const base::SystemError& e) {
      reason = e.what();
    }
    if (reason.empty()) return;
    inventory_.problems.push_back(base::format("operator {}, subtask {}, {}: {}", base::printable(label_),
                                               subtask, what, base::printable(reason)));
  }

  std::optional<base::InputError> add_keyed(const KeyedPlace& place) {
    const auto part = open_keyed_part(bytes_, place);
    if (!part.has_value()) return part.error();
    return *part == nullptr ? std::nullopt : add_states(**part);
  }

  std::optional<base::InputError> add_states(KeyedPart& part) {
    for (size_t i = 0; i < part.states().size(); ++i) {
      StateSummary& summary = add(described(part.key(), part.states()[i]));
      const auto size = part.size(i, effort_);
      if (!size.has_value()) return size.error();
      add_size(summary, *size);
    }
    return std::nullopt;
  }

  std::optional<base::InputError> add_raw_keyed(const KeyedPlace& place) {
    const auto part = open_keyed_part(bytes_, place);
    if (part.has_value()) return *part == nullptr ? std::nullopt : add_states(**part);
    const flink::HandleSpan& span = bytes_.metadata().keyed[place.handle].span;
    add_unknown("raw keyed", bytes_.recorded_bytes(span), "the operator writes it in a form of its own");
    return std::nullopt;
  }

  std::optional<base::InputError> add_operator_state(uint32_t index) {
    const auto handle = open_operator_handle(bytes_, index);
    if (!handle.has_value()) return handle.error();
    if (!*handle) return std::nullopt;
    for (const HandleState& state : (*handle)->states()) {
      StateSummary& summary = add(described_operator_state(*state.meta));
      StateSize size;
      size.exact = true;
      for (const ElementExtent& extent : state.extents) size.bytes += extent.end - extent.start;
      size.entries = state.extents.size();
      if (!std::ranges::all_of(state.extents, &ElementExtent::is_apart)) {
        summary.readable = Readable::kNo;
        summary.reason = "Flink 1.18 recorded one offset for all elements (FLINK-34063).";
      }
      if (state.meta->kind == StateKind::kBroadcast) {
        if (summary.subtasks > 1) continue;  // each has all of it
        size.entries = state.extents.empty() ? 0 : broadcast_entries(**handle, state.extents.front());
      }
      add_size(summary, size);
    }
    return std::nullopt;
  }

  static uint64_t broadcast_entries(const OperatorHandle& handle, const ElementExtent& extent) {
    StoredInput element = element_input(handle, extent);
    return element.in().count(1, "entries");
  }

  void add_coordinator() {
    if (!layout_.coordinator) return;
    const flink::InlineHandle& state = bytes_.metadata().inlines[*layout_.coordinator];
    StateSummary summary;
    summary.kind = "coordinator";
    summary.size = StateSize{1, state.length, true};
    const auto positions =
        coordinator_positions(bytes_.metadata().bytes.substr(state.offset, state.length), {});
    const bool is_read = std::ranges::none_of(
        positions, [](const Position& position) { return position.connector == Connector::kUnrecognised; });
    if (!is_read) {
      summary.readable = Readable::kNo;
      summary.reason = "No connector is known that writes it so.";
    }
    inventory_.states.push_back(std::move(summary));
  }

  void add_unknown(std::string_view kind, uint64_t bytes, std::string_view reason) {
    StateSummary summary;
    summary.kind = kind;
    summary.readable = Readable::kNo;
    summary.reason = base::format("No reader is known: {}.", reason);
    add_size(add(std::move(summary)), StateSize{1, bytes, true});
  }

  // The summary of the same state in another subtask, or a new one.
  StateSummary& add(StateSummary summary) {
    const auto [known, is_new] =
        positions_.try_emplace({summary.name, summary.kind}, inventory_.states.size());
    if (is_new) {
      summary.subtasks = 1;
      return inventory_.states.emplace_back(std::move(summary));
    }
    StateSummary& other = inventory_.states[known->second];
    ++other.subtasks;
    if (summary.readable > other.readable) {
      other.readable = summary.readable;
      other.reason = std::move(summary.reason);
    }
    return other;
  }

  // Unknown in one subtask: unknown in all.
  static void add_size(StateSummary& summary, const std::optional<StateSize>& size) {
    if (summary.subtasks == 1) {
      summary.size = size;
    } else if (summary.size && size) {
      summary.size->entries += size->entries;
      summary.size->bytes += size->bytes;
      summary.size->exact &= size->exact;
    } else {
      summary.size.reset();
    }
  }

  static void add_type(StateSummary& summary, const TypePtr& type, std::string& name) {
    if (type == nullptr || type->kind == TypeKind::kVoidNamespace) return;
    name = to_string(*type);
    const Readable found = readable(*type);
    if (found <= summary.readable) return;
    summary.readable = found;
    summary.reason = unreadable_reason(*type);
  }

  static StateSummary described(const TypePtr& key, const StateMeta& meta) {
    StateSummary summary;
    summary.name = meta.name;
    summary.kind = to_string(meta.kind);
    if (meta.kind == StateKind::kTimer && meta.value->members.size() == 2) {
      add_type(summary, meta.value->members[0].type, summary.key);
      add_type(summary, meta.value->members[1].type, summary.name_space);
      return summary;
    }
    add_type(summary, key, summary.key);
    add_type(summary, meta.name_space, summary.name_space);
    add_type(summary, meta.user_key, summary.map_key);
    add_type(summary, meta.value, summary.value);
    return summary;
  }

  static StateSummary described_operator_state(const StateMeta& meta) {
    StateSummary summary;
    summary.name = meta.name;
    summary.kind = to_string(meta.kind);
    add_type(summary, meta.user_key, summary.map_key);
    add_type(summary, meta.value, summary.value);
    return summary;
  }

  const SnapshotBytes& bytes_;
  const OperatorLayout& layout_;
  const Effort effort_;
  const std::string label_;
  Inventory inventory_;
  std::map<std::pair<std::string, std::string>, size_t> positions_;  // by name and kind
};

}  // namespace

Inventory operator_inventory(const SnapshotBytes& bytes, const OperatorLayout& layout, Effort effort) {
  return InventoryMaker(bytes, layout, effort).make();
}

std::vector<std::string> state_names(const Inventory& inventory) {
  std::vector<std::string> names;
  for (const StateSummary& summary : inventory.states) {
    if (!summary.name.empty()) names.push_back(summary.name);
  }
  return names;
}

std::vector<std::string> state_names(const SnapshotBytes& bytes, const OperatorLayout& layout) {
  return state_names(operator_inventory(bytes, layout, Effort::kNone));
}

}  // namespace checkpointfs::state
