// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/snapshot_positions.h"

#include <iterator>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/operators/source_positions.h"
#include "state/snapshot/operator_rows.h"

namespace checkpointfs::state {
namespace {

base::Result<std::vector<Position>> positions_of_handle(const SnapshotBytes& bytes, uint32_t index) {
  const auto handle = open_operator_handle(bytes, index);
  if (!handle.has_value()) return handle.error();
  if (!*handle) return std::vector<Position>();
  return reader_positions(**handle, bytes.metadata().operator_states[index].subtask);
}

}  // namespace

OperatorPositions operator_positions(const SnapshotBytes& bytes, const OperatorLayout& layout) {
  const flink::Metadata& metadata = bytes.metadata();
  OperatorPositions result;
  const auto add_problem = [&](uint32_t index, std::string_view reason) {
    const std::string label = flink::operator_label(metadata.operators[layout.operator_index]);
    result.problems.push_back(base::format("operator {}, subtask {}, operator state: {}",
                                           base::printable(label), metadata.operator_states[index].subtask,
                                           base::printable(reason)));
  };
  for (const uint32_t index : layout.managed) {
    try {
      auto positions = positions_of_handle(bytes, index);
      if (positions.has_value()) {
        std::move(positions->begin(), positions->end(), std::back_inserter(result.positions));
      } else {
        add_problem(index, to_string(positions.error()));
      }
    } catch (const base::SystemError& e) {
      add_problem(index, e.what());
    }
  }
  if (layout.coordinator) {
    const flink::InlineHandle& state = metadata.inlines[*layout.coordinator];
    auto positions =
        coordinator_positions(metadata.bytes.substr(state.offset, state.length), result.positions);
    std::move(positions.begin(), positions.end(), std::back_inserter(result.positions));
  }
  return result;
}

}  // namespace checkpointfs::state
