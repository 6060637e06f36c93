// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_layout.h"

#include <algorithm>

namespace checkpointfs::state {
namespace {

constexpr int32_t kVersionOfFlink2 = 5;

void sort_by_groups(std::vector<KeyedPlace>& places) {
  std::stable_sort(places.begin(), places.end(),
                   [](const KeyedPlace& a, const KeyedPlace& b) { return a.groups.first < b.groups.first; });
}

void sort_by_subtask(const flink::Metadata& metadata, std::vector<uint32_t>& handles) {
  std::stable_sort(handles.begin(), handles.end(), [&](uint32_t a, uint32_t b) {
    return metadata.operator_states[a].subtask < metadata.operator_states[b].subtask;
  });
}

}  // namespace

std::vector<OperatorLayout> state_layout(const flink::Metadata& metadata) {
  std::vector<OperatorLayout> layouts(metadata.operators.size());
  for (uint32_t i = 0; i < layouts.size(); ++i) layouts[i].operator_index = i;
  for (uint32_t i = 0; i < metadata.keyed.size(); i = metadata.keyed[i].end_handle) {
    const flink::KeyedHandle& handle = metadata.keyed[i];
    if (handle.key_groups == 0) continue;
    OperatorLayout& layout = layouts[handle.operator_index];
    auto& places = handle.role == flink::Role::kKeyedRaw ? layout.raw_keyed : layout.keyed;
    const int32_t last = handle.first_key_group + (handle.key_groups - 1);  // the decoder refuses more
    places.push_back({i, handle.subtask, {handle.first_key_group, last}});
  }
  for (uint32_t i = 0; i < metadata.operator_states.size(); ++i) {
    const flink::OperatorHandle& handle = metadata.operator_states[i];
    OperatorLayout& layout = layouts[handle.operator_index];
    (handle.role == flink::Role::kOperatorRaw ? layout.raw : layout.managed).push_back(i);
  }
  for (uint32_t i = 0; i < metadata.inlines.size(); ++i) {
    const flink::InlineHandle& state = metadata.inlines[i];
    if (state.coordinator) layouts[state.operator_index].coordinator = i;
  }
  for (OperatorLayout& layout : layouts) {
    sort_by_groups(layout.keyed);
    sort_by_groups(layout.raw_keyed);
    sort_by_subtask(metadata, layout.managed);
    sort_by_subtask(metadata, layout.raw);
  }
  return layouts;
}

Writer writer_of(const flink::Metadata& metadata) {
  return metadata.version >= kVersionOfFlink2 ? Writer::kFlink2 : Writer::kFlink1;
}

}  // namespace checkpointfs::state
