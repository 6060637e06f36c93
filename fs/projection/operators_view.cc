// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/operators_view.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/errors.h"
#include "base/log.h"
#include "fs/projection/mirror.h"
#include "index/read/decoded_metadata.h"

namespace checkpointfs::fs {

OperatorsView::Tree OperatorsView::tree(index::Reader& reader, int64_t directory) {
  if (std::optional<Tree> kept = kept_.find(directory)) return *kept;
  const std::optional<index::Snapshot> snapshot = reader.snapshots().find(directory);
  if (!snapshot || directory > kMaxOperatorsSnapshot) return nullptr;
  Tree made;
  try {
    const auto decoded = index::decode_metadata(*snapshot, roots_.directory(snapshot->source.id));
    const storage::Location location{snapshot->source.id, snapshot->source_path};
    made = std::make_shared<const storage::OperatorsTree>(
        decoded->metadata, storage::project_files(decoded->metadata, location, resolver_));
  } catch (const base::SystemError& e) {
    base::log_warning(e.what());
    return nullptr;
  }
  kept_.keep(directory, made);
  return made;
}

std::optional<Entry> OperatorsView::node_entry(index::Reader& reader, const Tree& tree, OperatorsNodeId id) {
  if (!tree || id.node >= tree->nodes().size()) return std::nullopt;
  const storage::OperatorsTree::Node& node = tree->nodes()[id.node];
  if (node.kind == storage::OperatorsTree::Kind::kFile) {
    const auto file = reader.projection().file_at(id.snapshot, node.file);
    if (!file) return std::nullopt;
    return Entry{inode_of(file->id), node.name, file->attributes};
  }
  const bool directory = node.kind == storage::OperatorsTree::Kind::kDirectory;
  const auto like = reader.projection().node(
      {directory ? index::NodeKind::kDirectory : index::NodeKind::kMetadata, id.snapshot});
  if (!like) return std::nullopt;
  Entry entry{inode_of(ViewId{ViewKind::kOperatorsNode, operators_value(id)}), node.name, like->attributes};
  if (!directory) entry.attributes.size = node.length;
  return entry;
}

std::optional<Entry> OperatorsView::entry(ViewId id) {
  auto reader = readers_.borrow();
  if (id.kind == ViewKind::kOperatorsDirectory)
    return mirrored(*reader, ViewKind::kOperatorsDirectory, static_cast<int64_t>(id.value));
  const OperatorsNodeId node = operators_node(id.value);
  return node_entry(*reader, tree(*reader, node.snapshot), node);
}

Inode OperatorsView::parent(ViewId directory) {
  auto reader = readers_.borrow();
  if (directory.kind == ViewKind::kOperatorsDirectory) {
    return mirrored_parent(*reader, directory.kind, static_cast<int64_t>(directory.value));
  }
  const OperatorsNodeId id = operators_node(directory.value);
  const Tree nodes = tree(*reader, id.snapshot);
  const uint32_t above = nodes && id.node < nodes->nodes().size() ? nodes->nodes()[id.node].parent : 0;
  if (above == 0) return inode_of(ViewId{ViewKind::kOperatorsDirectory, static_cast<uint64_t>(id.snapshot)});
  return inode_of(ViewId{ViewKind::kOperatorsNode, operators_value({id.snapshot, above})});
}

std::optional<Entry> OperatorsView::lookup(ViewId directory, std::string_view name) {
  auto reader = readers_.borrow();
  OperatorsNodeId id{static_cast<int64_t>(directory.value), 0};
  if (directory.kind == ViewKind::kOperatorsDirectory) {
    const auto found = reader->projection().lookup(id.snapshot, name);
    if (found && found->id.kind == index::NodeKind::kDirectory)
      return mirrored(*reader, ViewKind::kOperatorsDirectory, found->id.id);
  } else {
    id = operators_node(directory.value);
  }
  const Tree nodes = tree(*reader, id.snapshot);
  if (!nodes) return std::nullopt;
  const auto child = nodes->child(id.node, name);
  if (!child) return std::nullopt;
  return node_entry(*reader, nodes, {id.snapshot, *child});
}

void OperatorsView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  auto reader = readers_.borrow();
  OperatorsNodeId id{static_cast<int64_t>(directory.value), 0};
  if (directory.kind == ViewKind::kOperatorsNode) {
    id = operators_node(directory.value);
  } else if (after < kAfterMirrored) {
    if (!list_mirrored(*reader, directory.kind, id.snapshot, after, take)) return;
  }
  const Tree nodes = tree(*reader, id.snapshot);
  if (!nodes) return;
  const std::vector<uint32_t>& children = nodes->nodes()[id.node].children;
  for (uint64_t i = after > kAfterMirrored ? after - kAfterMirrored : 0; i < children.size(); ++i) {
    const auto entry = node_entry(*reader, nodes, {id.snapshot, children[i]});
    if (entry && !take(*entry, kAfterMirrored + i + 1)) return;
  }
}

std::unique_ptr<OpenFile> OperatorsView::open(ViewId file) {
  const OperatorsNodeId id = operators_node(file.value);
  auto reader = readers_.borrow();
  const Tree nodes = tree(*reader, id.snapshot);
  const auto snapshot = reader->snapshots().find(id.snapshot);
  const bool there =
      file.kind == ViewKind::kOperatorsNode && nodes && snapshot && id.node < nodes->nodes().size();
  if (!there || nodes->nodes()[id.node].kind != storage::OperatorsTree::Kind::kInline) {
    throw base::SystemError(EISDIR, "open: a directory of operators");
  }
  const storage::OperatorsTree::Node& node = nodes->nodes()[id.node];
  const auto decoded = index::decode_metadata(*snapshot, roots_.directory(snapshot->source.id));
  return OpenFile::of_text(
      node.name, std::make_shared<const std::string>(decoded->file.bytes.substr(node.offset, node.length)));
}

}  // namespace checkpointfs::fs
