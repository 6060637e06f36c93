// SPDX-License-Identifier: Apache-2.0
// Compares types: are values of one encoded as values of the other?
#pragma once

#include "state/meta/state_meta.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// Is true if both describe the same encoding. False also where that is not certain.
bool same_type(const Type& a, const Type& b);
// Compares kinds and types, not names.
bool same_types(const StateMeta& a, const StateMeta& b);

}  // namespace checkpointfs::state
