// SPDX-License-Identifier: Apache-2.0
// What is different between two states of the index, in terms of what a kernel may have cached.
#pragma once

#include "fs/projection/cache_invalidator.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// Tells `listener` of everything that `before` may have answered and `after` answers otherwise. `all`: no row
// of the one has to do with the same row of the other, as after the index was made anew.
void invalidate_changes(Projection& before, Projection& after, bool all, CacheInvalidator& listener);

}  // namespace checkpointfs::fs
