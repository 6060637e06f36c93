// SPDX-License-Identifier: Apache-2.0
// The entries of one state of a changelog handle: the materialised ones, with the log replayed over them.
#pragma once

#include <memory>
#include <optional>

#include "state/keyed/changelog.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// Memory is bounded by a key group that the log changes: its materialised entries and its changes.
// `materialised`: null if the handle has no such part, or that part has no such state. `groups`: of the
// handle; changes of others are skipped. `key`: null if the type of keys is not known. `meta`: the state, as
// the materialised part or, without one, the log describes it.
std::unique_ptr<KeyedEntries> replayed_entries(std::shared_ptr<const Changelog> log,
                                               std::unique_ptr<KeyedEntries> materialised, KeyGroups groups,
                                               TypePtr key, StateMeta meta);

}  // namespace checkpointfs::state
