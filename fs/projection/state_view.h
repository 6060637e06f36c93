// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/state/: the directories of the projection; in that of a snapshot lie texts about its state.
//
// Texts of a known size are made when they are looked up, as tools ask for sizes before they read; lists
// leave them out. A keyed state has the size 0, as /proc does.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/lru_cache.h"
#include "fs/projection/mount_roots.h"
#include "fs/projection/view.h"
#include "fs/state/state_texts.h"
#include "fs/state/state_tree.h"
#include "index/read/reader_pool.h"

namespace checkpointfs::fs {

class StateView : public View {
 public:
  // REQUIRES: the references outlive it. `texts` shows something.
  StateView(index::ReaderPool& readers, const MountRoots& roots, StateTexts& texts)
      : readers_(readers), roots_(roots), texts_(texts) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId directory) override;
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;

  // The inodes below the directory of a snapshot that the kernel may know. It does not return them again
  // before they are shown again.
  std::vector<Inode> take_inodes(int64_t snapshot);

 private:
  // A snapshot that can be decoded.
  struct Shown {
    index::Snapshot snapshot;
    StateTree tree;
    index::Attributes directory;  // of its directory
    index::Attributes text;  // of its texts, without a size: those of the metadata, less what its files close
  };
  using ShownPointer = std::shared_ptr<const Shown>;
  // A keyed state in the directory of its operator.
  struct KeyedEntry {
    KeyedName state;
    std::string name;  // of its file
  };
  using KeyedEntries = std::shared_ptr<const std::vector<KeyedEntry>>;

  // Null if no snapshot lies in the directory, or one that cannot be decoded.
  ShownPointer shown(int64_t directory);
  static std::optional<index::Attributes> attributes_of_texts(index::Reader& reader, int64_t directory);
  // In the order of their operators. The place in the list, from 1 on, is the node of ViewId.
  KeyedEntries keyed(const Shown& shown);

  std::optional<Entry> node_entry(const ShownPointer& shown, uint32_t node) const;
  static Entry keyed_entry(const Shown& shown, const KeyedEntries& entries, uint32_t place);
  void measure(const Shown& shown, uint32_t node, Entry& entry);
  StateTexts::Text text(const Shown& shown, uint32_t node);
  void list_keyed(const Shown& shown, uint32_t operator_index, uint64_t after, const TakeEntry& take);
  static std::string name_of(const Shown& shown, uint32_t node);

  index::ReaderPool& readers_;
  const MountRoots& roots_;
  StateTexts& texts_;
  base::LruCache<int64_t, ShownPointer> shown_{8};
  base::LruCache<int64_t, KeyedEntries> keyed_{8};
};

}  // namespace checkpointfs::fs
