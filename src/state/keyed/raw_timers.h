// SPDX-License-Identifier: Apache-2.0
// Timers in raw keyed state: those of RocksDB jobs whose timers live on the heap.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {

struct RawTimerStates {
  // Named as managed timers are: "_timer_state/event_<service>", "_timer_state/processing_<service>".
  std::vector<StateMeta> states;
  std::string hidden;  // the reason why some services may be missing; empty: all are there
};
// An error if the file is raw state of another kind, which has no known format.
base::Result<RawTimerStates> raw_timer_states(const KeyGroupFile& file, Writer writer);

// The timers of the state `name`, in the form of managed timers.
std::unique_ptr<KeyedEntries> raw_timer_entries(KeyGroupFile file, Writer writer, std::string name);

}  // namespace checkpointfs::state
