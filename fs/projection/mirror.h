// SPDX-License-Identifier: Apache-2.0
// The directories of the projection, shown once more in a view: ViewId::value is the directory's row.
#pragma once

#include <optional>

#include "fs/projection/view.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

std::optional<Entry> mirrored(index::Reader& reader, ViewKind kind, int64_t directory);

// That of the projection's root is the control directory.
Inode mirrored_parent(index::Reader& reader, ViewKind kind, int64_t directory);

// The directories in a directory, from the position `after` on. False if `take` wants no more.
bool list_mirrored(index::Reader& reader, ViewKind kind, int64_t directory, uint64_t after,
                   const TakeEntry& take);

// Positions of whatever else is in a directory of a view: those of list_mirrored() come before.
inline constexpr uint64_t kAfterMirrored = uint64_t{1} << 62;

}  // namespace checkpointfs::fs
