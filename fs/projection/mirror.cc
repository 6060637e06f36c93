// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/mirror.h"

#include <sys/stat.h>

#include <utility>

namespace checkpointfs::fs {

std::optional<Entry> directory_like_root(index::Reader& reader, ViewId id, std::string name) {
  const auto root = reader.projection().node(index::kRootNode);
  if (!root) return std::nullopt;
  return Entry{inode_of(id), std::move(name), root->attributes};
}

std::optional<Entry> text_like_root(index::Reader& reader, ViewId id, std::string name) {
  std::optional<Entry> entry = directory_like_root(reader, id, std::move(name));
  if (!entry) return entry;
  entry->attributes.mode = S_IFREG | 0444;
  entry->attributes.size = 0;
  entry->attributes.links = 1;
  entry->sized = Sized::kOnOpen;
  return entry;
}

Entry link_like(index::Reader& reader, ViewId id, const std::string& name, const std::string& target,
                index::NodeId like) {
  Entry entry{inode_of(id), name, {}};
  if (const auto node = reader.projection().node(like)) entry.attributes = node->attributes;
  entry.attributes.mode = S_IFLNK | 0777;
  entry.attributes.links = 1;
  entry.attributes.size = target.size();
  return entry;
}

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
