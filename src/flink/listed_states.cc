// SPDX-License-Identifier: Apache-2.0
#include "flink/listed_states.h"

#include "base/byte_cursor.h"

namespace checkpointfs::flink {
namespace {

constexpr uint64_t kLeastState = 2 + 1 + 4;  // bytes

}  // namespace

// See OperatorStateDecoder::state_list().
std::vector<ListedState> listed_states(const Metadata& metadata, const OperatorHandle& handle) {
  base::ByteCursor in(metadata.bytes.substr(handle.states_offset));
  std::vector<ListedState> states;
  const uint32_t count = in.count(kLeastState, "states");
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    ListedState& state = states.emplace_back();
    state.name = in.utf("name");
    in.u8("mode");
    const uint32_t offsets = in.count(sizeof(int64_t), "offsets");
    state.offsets.reserve(offsets);
    for (uint32_t k = 0; k < offsets && in.ok(); ++k) state.offsets.push_back(in.i64("offset"));
  }
  return states;
}

}  // namespace checkpointfs::flink
