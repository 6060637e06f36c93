// SPDX-License-Identifier: Apache-2.0
// Counts the entries of all states of a key-group file in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/input_error.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/proxies.h"

namespace checkpointfs::state {

struct StateCount {
  uint64_t entries = 0;
  uint64_t bytes = 0;  // of KeyedEntry::key and value
  Gaps gaps;           // key groups that have more entries than were counted
};

struct StateCounts {
  std::vector<StateCount> states;         // by position in the proxy
  std::optional<base::InputError> error;  // the damage behind which nothing was counted
};

// Decodes what it must: nothing in a full snapshot but lengths, all values in a heap snapshot.
StateCounts count_states(const KeyGroupFile& file, KeyGroupForm form, const KeyedProxy& proxy,
                         size_t prefix_length);

}  // namespace checkpointfs::state
