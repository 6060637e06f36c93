// SPDX-License-Identifier: Apache-2.0
// Lines of JSON for operator state.
//
//   {"operator":"orders","state":"offsets","subtask":0,"value":["orders",17]}     an element of a list
//   {"operator":"orders","state":"rules","map_key":"a","value":3}                 an entry of a broadcast
//   state
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/operators/operator_handle.h"
#include "state/snapshot/keyed_rows.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {

// Opens the handle of operator state at `index` of Metadata::operator_states, unless it is open already.
// Null: it has no state. Throws base::SystemError.
base::Result<std::shared_ptr<const OperatorHandle>> open_operator_handle(const SnapshotBytes& bytes,
                                                                         uint32_t index);

// Receives a line without a line feed. False: no more lines are wanted.
using LineSink = std::function<bool(std::string_view line)>;

// The elements of a list state, or the entries of a broadcast state, of one subtask. `subtask`: nothing
// leaves the field out. Returns the error that ended them. False in `wants_more`: the sink wanted no more.
// Throws base::SystemError.
struct OperatorRows {
  std::optional<base::InputError> error;
  std::string hidden;  // the reason why some entries of a broadcast state cannot be read; else ""
  bool wants_more = true;
};
OperatorRows write_operator_rows(const OperatorHandle& handle, const HandleState& state,
                                 std::string_view head, std::optional<int32_t> subtask, const RowStyle& style,
                                 const LineSink& sink);

}  // namespace checkpointfs::state
