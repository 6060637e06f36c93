// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/state_view.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "fs/state/keyed_stream.h"
#include "fs/projection/mirror.h"
#include "fs/state/entry_names.h"
#include "fs/status/control_status.h"
#include "index/read/decoded_metadata.h"
#include "storage/access.h"

namespace checkpointfs::fs {
namespace {

using Kind = StateTree::Kind;

bool is_directory(const StateTree::Node& node) {
  return node.kind == Kind::kDirectory || node.kind == Kind::kKeyedDirectory;
}

StateRequest request_of(const StateTree::Node& node) {
  switch (node.kind) {
    case Kind::kPositions:
      return {StateText::kPositions, 0, {}};
    case Kind::kOperatorState:
      return {StateText::kOperatorState, node.operator_index, node.state};
    case Kind::kStates:
    case Kind::kDirectory:
    case Kind::kKeyedDirectory:
      break;
  }
  return {StateText::kStates, 0, {}};
}

Inode inode_of_node(const index::Snapshot& snapshot, uint32_t node) {
  if (node == 0) return inode_of(ViewId{ViewKind::kStateDirectory, static_cast<uint64_t>(snapshot.id)});
  return inode_of(ViewId{ViewKind::kStateNode, operators_value({snapshot.id, node})});
}

}  // namespace

std::optional<index::Attributes> StateView::attributes_of_texts(index::Reader& reader, int64_t directory) {
  const auto metadata = reader.projection().node({index::NodeKind::kMetadata, directory});
  if (!metadata) return std::nullopt;
  index::Attributes attributes = metadata->attributes;
  attributes.size = 0;
  // A text has bytes of any file: only the users who may read all of them may read it.
  storage::Passage readers;
  reader.projection().list(directory, 0, [&](const index::Node& node, uint64_t) {
    if (node.id.kind != index::NodeKind::kFile) return true;
    const uint32_t mode = storage::mode_for_others(node.attributes.mode);
    readers = readers.then(mode >> 2 & 0111, node.attributes.uid, node.attributes.gid);
    return true;
  });
  attributes.mode = storage::with_closed(attributes.mode, readers.closes(attributes.uid, attributes.gid));
  return attributes;
}

StateView::ShownPointer StateView::shown(int64_t directory) {
  if (std::optional<ShownPointer> kept = shown_.find(directory)) return *kept;
  auto reader = readers_.borrow();
  const std::optional<index::Snapshot> snapshot = reader->snapshots().find(directory);
  if (!snapshot || directory > kMaxOperatorsSnapshot) return nullptr;
  const auto node = reader->projection().node({index::NodeKind::kDirectory, directory});
  const auto attributes = attributes_of_texts(*reader, directory);
  if (!node || !attributes) return nullptr;
  ShownPointer made;
  try {
    const auto decoded = index::decode_metadata(*snapshot, roots_.directory(snapshot->source.id));
    made = std::make_shared<const Shown>(
        Shown{*snapshot, StateTree(decoded->metadata, texts_.shown()), node->attributes, *attributes});
  } catch (const base::SystemError& e) {
    base::log_warning(e.what());
    return nullptr;
  }
  shown_.keep(directory, made);
  texts_.shown_nodes().note(directory, {.nodes = static_cast<uint32_t>(made->tree.nodes().size())});
  return made;
}

std::string StateView::name_of(const Shown& shown, uint32_t node) {
  std::string name;
  for (; node != 0; node = shown.tree.nodes()[node].parent)
    name = base::join(shown.tree.nodes()[node].name, name);
  return base::format("{}/{}/{}", kControlName, kControlStateName, base::join(shown.snapshot.path, name));
}

StateTexts::Text StateView::text(const Shown& shown, uint32_t node) {
  // Refuses a source that is lost.
  roots_.directory(shown.snapshot.source.id);
  return texts_.get(shown.snapshot, request_of(shown.tree.nodes()[node]), name_of(shown, node));
}

std::optional<Entry> StateView::node_entry(const ShownPointer& shown, uint32_t node) const {
  if (!shown || node == 0 || node >= shown->tree.nodes().size()) return std::nullopt;
  const StateTree::Node& found = shown->tree.nodes()[node];
  Entry entry{inode_of_node(shown->snapshot, node), found.name, shown->directory};
  if (is_directory(found)) return entry;
  entry.attributes = shown->text;
  entry.sized = Sized::kOnLookup;
  return entry;
}

void StateView::measure(const Shown& shown, uint32_t node, Entry& entry) {
  if (entry.sized != Sized::kOnLookup) return;
  entry.attributes.size = text(shown, node)->size();
  entry.sized = Sized::kNow;
}

Entry StateView::keyed_entry(const Shown& shown, const KeyedEntries& entries, uint32_t place) {
  return {inode_of(ViewId{ViewKind::kStateKeyed, operators_value({shown.snapshot.id, place})}),
          (*entries)[place - 1].name, shown.text};
}

StateView::KeyedEntries StateView::keyed(const Shown& shown) {
  const int64_t id = shown.snapshot.id;
  if (std::optional<KeyedEntries> kept = keyed_.find(id)) return *kept;
  roots_.directory(shown.snapshot.source.id);
  const std::string of = name_of(shown, 0);
  const auto names = keyed_names_of(*texts_.get(shown.snapshot, {StateText::kKeyedNames, 0, {}}, of));
  if (!names) throw base::SystemError(EIO, base::format("read {}: the list of keyed states is damaged", of));
  auto entries = std::make_shared<std::vector<KeyedEntry>>();
  std::unordered_map<uint32_t, EntryNames> taken;
  for (const KeyedName& state : *names) {
    const std::string name = entry_name(state.state) + ".jsonl";
    entries->push_back({state, taken[state.operator_index].free_name(name, state.state)});
  }
  keyed_.keep(id, entries);
  texts_.shown_nodes().note(id, {.keyed = static_cast<uint32_t>(entries->size()) + 1});
  return entries;
}

std::vector<Inode> StateView::take_inodes(int64_t snapshot) {
  const ShownNodes::Counts counts = texts_.shown_nodes().take(snapshot);
  std::vector<Inode> inodes;
  for (uint32_t node = 1; node < counts.nodes; ++node)
    inodes.push_back(inode_of(ViewId{ViewKind::kStateNode, operators_value({snapshot, node})}));
  for (uint32_t place = 1; place < counts.keyed; ++place)
    inodes.push_back(inode_of(ViewId{ViewKind::kStateKeyed, operators_value({snapshot, place})}));
  return inodes;
}

std::optional<Entry> StateView::entry(ViewId id) {
  if (id.kind == ViewKind::kStateDirectory) {
    auto reader = readers_.borrow();
    return mirrored(*reader, id.kind, static_cast<int64_t>(id.value));
  }
  const OperatorsNodeId node = operators_node(id.value);
  const ShownPointer found = shown(node.snapshot);
  if (id.kind == ViewKind::kStateKeyed) {
    if (!found) return std::nullopt;
    const KeyedEntries entries = keyed(*found);
    if (node.node == 0 || node.node > entries->size()) return std::nullopt;
    return keyed_entry(*found, entries, node.node);
  }
  std::optional<Entry> entry = node_entry(found, node.node);
  if (entry) measure(*found, node.node, *entry);
  return entry;
}

Inode StateView::parent(ViewId directory) {
  if (directory.kind == ViewKind::kStateDirectory)
    return mirrored_parent(*readers_.borrow(), directory.kind, static_cast<int64_t>(directory.value));
  const OperatorsNodeId id = operators_node(directory.value);
  const ShownPointer found = shown(id.snapshot);
  if (!found || id.node >= found->tree.nodes().size())
    return inode_of(ViewId{ViewKind::kStateDirectory, static_cast<uint64_t>(id.snapshot)});
  return inode_of_node(found->snapshot, found->tree.nodes()[id.node].parent);
}

std::optional<Entry> StateView::lookup(ViewId directory, std::string_view name) {
  OperatorsNodeId id{static_cast<int64_t>(directory.value), 0};
  if (directory.kind == ViewKind::kStateDirectory) {
    auto reader = readers_.borrow();
    const auto found = reader->projection().lookup(id.snapshot, name);
    if (found && found->id.kind == index::NodeKind::kDirectory)
      return mirrored(*reader, directory.kind, found->id.id);
  } else {
    id = operators_node(directory.value);
  }
  const ShownPointer found = shown(id.snapshot);
  if (!found || id.node >= found->tree.nodes().size()) return std::nullopt;
  const StateTree::Node& node = found->tree.nodes()[id.node];
  if (node.kind == Kind::kKeyedDirectory) {
    const KeyedEntries entries = keyed(*found);
    for (uint32_t place = 1; place <= entries->size(); ++place) {
      const KeyedEntry& one = (*entries)[place - 1];
      if (one.state.operator_index == node.operator_index && one.name == name)
        return keyed_entry(*found, entries, place);
    }
    return std::nullopt;
  }
  const std::optional<uint32_t> child = found->tree.child(id.node, name);
  if (!child) return std::nullopt;
  std::optional<Entry> entry = node_entry(found, *child);
  if (entry) measure(*found, *child, *entry);
  return entry;
}

void StateView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  OperatorsNodeId id{static_cast<int64_t>(directory.value), 0};
  if (directory.kind == ViewKind::kStateNode) {
    id = operators_node(directory.value);
  } else if (after < kAfterMirrored) {
    if (!list_mirrored(*readers_.borrow(), directory.kind, id.snapshot, after, take)) return;
  }
  const ShownPointer found = shown(id.snapshot);
  if (!found || id.node >= found->tree.nodes().size()) return;
  const StateTree::Node& node = found->tree.nodes()[id.node];
  const uint64_t first = after > kAfterMirrored ? after - kAfterMirrored : 0;
  if (node.kind == Kind::kKeyedDirectory) {
    list_keyed(*found, node.operator_index, first, take);
    return;
  }
  for (uint64_t i = first; i < node.children.size(); ++i) {
    const auto entry = node_entry(found, node.children[i]);
    if (entry && !take(*entry, kAfterMirrored + i + 1)) return;
  }
}

void StateView::list_keyed(const Shown& shown, uint32_t operator_index, uint64_t after,
                           const TakeEntry& take) {
  const KeyedEntries entries = keyed(shown);
  for (uint64_t place = after + 1; place <= entries->size(); ++place) {
    if ((*entries)[place - 1].state.operator_index != operator_index) continue;
    const Entry entry = keyed_entry(shown, entries, static_cast<uint32_t>(place));
    if (!take(entry, kAfterMirrored + place)) return;
  }
}

std::unique_ptr<OpenFile> StateView::open(ViewId file) {
  const OperatorsNodeId id = operators_node(file.value);
  const ShownPointer found = file.kind == ViewKind::kStateDirectory ? nullptr : shown(id.snapshot);
  if (found && file.kind == ViewKind::kStateKeyed) {
    const KeyedEntries entries = keyed(*found);
    if (id.node == 0 || id.node > entries->size()) throw base::SystemError(ESTALE, "open", "keyed state");
    const KeyedEntry& one = (*entries)[id.node - 1];
    const std::string name = base::join(name_of(*found, 0), one.name);
    StateRequest request{StateText::kKeyedState, one.state.operator_index, one.state.state};
    return OpenFile::of_stream(
        name, std::make_unique<KeyedStream>(texts_, found->snapshot, std::move(request), name),
        &texts_.streams_of(found->snapshot.source.path));
  }
  const bool is_text = found && id.node != 0 && id.node < found->tree.nodes().size() &&
                       !is_directory(found->tree.nodes()[id.node]);
  if (!is_text) throw base::SystemError(EISDIR, "open", "a directory of state");
  return OpenFile::of_text(name_of(*found, id.node), text(*found, id.node));
}

}  // namespace checkpointfs::fs
