// SPDX-License-Identifier: Apache-2.0
// Entries that a view copies from the projection: its directories, and the attributes of its root.
#pragma once

#include <optional>

#include "fs/projection/view.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

// A directory of the control directory, with the attributes of the projection's root.
std::optional<Entry> directory_like_root(index::Reader& reader, ViewId id, std::string name);

// A text of the control directory, with the owner and the times of the projection's root. The text is made,
// and gets its size, when it is opened.
std::optional<Entry> text_like_root(index::Reader& reader, ViewId id, std::string name);

// A symbolic link with the owner and the times of a node of the projection.
Entry link_like(index::Reader& reader, ViewId id, const std::string& name, const std::string& target,
                index::NodeId like);

// The functions below are for views that have the directories of the projection, by their rows:
// ViewId::value.
std::optional<Entry> mirrored(index::Reader& reader, ViewKind kind, int64_t directory);

// The parent of the projection's root in a view is the control directory.
Inode mirrored_parent(index::Reader& reader, ViewKind kind, int64_t directory);

// Lists the directories in a directory from the position `after` on. Returns false if `take` stopped it.
bool list_mirrored(index::Reader& reader, ViewKind kind, int64_t directory, uint64_t after,
                   const TakeEntry& take);

// All positions of list_mirrored() are less; other entries of the directory come after.
inline constexpr uint64_t kAfterMirrored = uint64_t{1} << 62;

}  // namespace checkpointfs::fs
