// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/mirror.h"

namespace checkpointfs::fs {

std::optional<Entry> mirrored(index::Reader& reader, ViewKind kind, int64_t directory) {
  const auto node = reader.projection().node({index::NodeKind::kDirectory, directory});
  if (!node) return std::nullopt;
  return Entry{inode_of(ViewId{kind, static_cast<uint64_t>(directory)}), node->name, node->attributes};
}

Inode mirrored_parent(index::Reader& reader, ViewKind kind, int64_t directory) {
  const auto above = reader.projection().parent(directory);
  if (!above || *above == directory) return kControlDirectory;
  return inode_of(ViewId{kind, static_cast<uint64_t>(*above)});
}

bool list_mirrored(index::Reader& reader, ViewKind kind, int64_t directory, uint64_t after,
                   const TakeEntry& take) {
  bool wanted = true;
  reader.projection().list(directory, after, [&](const index::Node& node, uint64_t position) {
    if (node.id.kind != index::NodeKind::kDirectory) return false;
    const auto entry = mirrored(reader, kind, node.id.id);
    wanted = !entry || take(*entry, position);
    return wanted;
  });
  return wanted;
}

}  // namespace checkpointfs::fs
