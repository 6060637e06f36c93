// SPDX-License-Identifier: Apache-2.0
// State of the coordinator of a source (SourceCoordinator).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace checkpointfs::state {

// The bytes that the enumerator wrote, with their version.
struct EnumeratorState {
  int32_t version = 0;
  std::string_view bytes;  // of the argument
};

// Nothing: the coordinator is one of another kind, as a sink's, whose format is not known.
std::optional<EnumeratorState> enumerator_state(std::string_view coordinator);

}  // namespace checkpointfs::state
