// SPDX-License-Identifier: Apache-2.0
#include "state/operators/coordinator_state.h"

#include "base/byte_cursor.h"

namespace checkpointfs::state {
namespace {

constexpr int32_t kWithAssignments = 0;
constexpr int32_t kNewest = 1;

}  // namespace

// int version | int enumerator_version | int length | enumerator | version 0: int length | assignments
std::optional<EnumeratorState> enumerator_state(std::string_view coordinator) {
  base::ByteCursor in(coordinator);
  const int32_t version = in.i32("version");
  if (version < kWithAssignments || version > kNewest) return std::nullopt;
  EnumeratorState state;
  state.version = in.i32("enumerator_version");
  state.bytes = in.block("enumerator");
  if (version == kWithAssignments) in.block("assignments");
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return state;
}

}  // namespace checkpointfs::state
