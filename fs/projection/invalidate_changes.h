// SPDX-License-Identifier: Apache-2.0
// Invalidates the cached answers of one projection that the next one does not give.
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
