// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_description.h"

#include "base/errors.h"
#include "state/snapshot/open_keyed_part.h"

namespace checkpointfs::state {
namespace {

std::optional<StateDescription> description_in(const SnapshotBytes& bytes, const KeyedPlace& place,
                                               std::string_view state) {
  try {
    const auto part = open_keyed_part(bytes, place);
    if (!part.has_value() || *part == nullptr) return std::nullopt;
    const auto found = (*part)->find(state);
    if (!found) return std::nullopt;
    return StateDescription{(*part)->key(), (*part)->states()[*found]};
  } catch (const base::SystemError&) {
    return std::nullopt;  // who reads the entries says what is wrong
  }
}

}  // namespace

std::optional<StateDescription> describe_state(const SnapshotBytes& bytes, const OperatorLayout& layout,
                                               std::string_view state) {
  for (const auto* const places : {&layout.keyed, &layout.raw_keyed}) {
    for (const KeyedPlace& place : *places) {
      if (auto description = description_in(bytes, place, state)) return description;
    }
  }
  return std::nullopt;
}

}  // namespace checkpointfs::state
