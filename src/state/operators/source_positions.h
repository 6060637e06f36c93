// SPDX-License-Identifier: Apache-2.0
// The positions in the state of one operator.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/operators/operator_handle.h"
#include "state/operators/positions.h"

namespace checkpointfs::state {

// The positions in a handle of a source's subtask: those of SourceReaderState (SourceOperator), and of
// FlinkKafkaConsumer. Empty if the operator is no source. An error if the state is damaged. Throws
// base::SystemError.
base::Result<std::vector<Position>> reader_positions(const OperatorHandle& handle, int32_t subtask);

// The positions in the state of a source's coordinator. `readers`: those of all subtasks. Empty if it is the
// coordinator of something else.
std::vector<Position> coordinator_positions(std::string_view coordinator,
                                            const std::vector<Position>& readers);

}  // namespace checkpointfs::state
