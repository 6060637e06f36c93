// SPDX-License-Identifier: Apache-2.0
// Invalidates what the kernel has cached of one projection and the next one shows otherwise.
#pragma once

#include <cstdint>

#include "fs/projection/cache_invalidator.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

// The relation of the rows of two states of an index.
enum class RowIds : uint8_t {
  kKept,  // a row that is in both is the same thing
  kNew,   // rows with one number have nothing to do with each other: the index was made anew
};

// Compares two states of the index, and invalidates every answer of `before` that `after` would not give.
void invalidate_changes(Projection& before, Projection& after, RowIds ids, CacheInvalidator& kernel);

}  // namespace checkpointfs::fs
